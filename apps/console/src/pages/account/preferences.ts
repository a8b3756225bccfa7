import { get, write } from "../../api/client.ts";

type Values = Readonly<Record<string, unknown>>;

/** Changes members of the account's preferences; those of other programs stay. Throws ApiError. */
export async function putPreferences(changes: Values): Promise<void> {
  const { body } = await get<{ preferences: Values }>("/api/me/preferences");
  await write("PUT", "/api/me/preferences", { ...body.preferences, ...changes });
}
