import type { ApiResponse, Api } from "@vega/test-support";
import { expect } from "vitest";

export const PASSWORD = "a-passphrase-for-tests";

/** An account after its login. */
export interface Person {
  readonly id: string;
  readonly username: string;
  readonly access: string;
  readonly refresh: string;
  readonly cookie: string;
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** Without a token, unless the headers have one. */
export const post = (
  at: Api,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<ApiResponse> =>
  at.raw(path, {
    method: "POST",
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

export const cookieOf = ({ headers }: ApiResponse) =>
  headers.getSetCookie()[0]?.split(";", 1)[0] ?? "";

export const me = (at: Api, token: string) => at.get("/api/auth/me", bearer(token));

export async function logIn(at: Api, username: string, password = PASSWORD): Promise<Person> {
  const answer = await post(at, "/api/auth/login", { username, password });
  expect(answer.status).toBe(200);
  const { user, access_token, refresh_token } = answer.body;
  const cookie = cookieOf(answer);
  return { id: user.id, username, access: access_token, refresh: refresh_token, cookie };
}

let count = 0;

export const newName = () => `person${(count += 1)}`;

/** Registers an account, with open registration, and logs in. */
export async function newPerson(at: Api, role?: string): Promise<Person> {
  const username = newName();
  const made = await post(at, "/api/auth/register", { username, password: PASSWORD });
  expect([made.status, made.body.user?.role]).toEqual([201, "user"]);
  if (role) {
    const changed = await at.send("PATCH", `/api/admin/users/${made.body.user.id}`, { role });
    expect(changed.status).toBe(200);
  }
  return logIn(at, username);
}
