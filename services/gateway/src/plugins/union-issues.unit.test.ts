import { expect, test } from "vitest";
import { z } from "zod";
import { expandUnion } from "./union-issues.ts";

const schema = z.union([
  z.strictObject({ username: z.string().min(1) }),
  z.strictObject({ token: z.string(), new_password: z.string() }),
]);

const shown = (of: z.ZodType, value: unknown) =>
  of
    .safeParse(value)
    .error?.issues.flatMap((issue) => expandUnion(of, issue))
    .map(({ path, message }) => [path.join("/"), message]);

const OPTIONS = "has to have one of these sets of fields: {username}, {token, new_password}";

test.each([
  [{ token: "t" }, [["new_password", expect.stringContaining("expected string") as string]]],
  [{ username: "" }, [["username", expect.stringContaining("Too small") as string]]],
  [{}, [["", OPTIONS]]],
  ["text", [["", OPTIONS]]],
])("%j: the field that is wrong, or the options", (value, issues) => {
  expect(shown(schema, value)).toEqual(issues);
});

test("within an object the path starts at the object", () => {
  const [issue] = shown(z.object({ by: schema }), { by: { token: "t" } }) ?? [];
  expect(issue?.[0]).toBe("by/new_password");
});

test("a text of the schema stays", () => {
  const own = z.union([z.literal(1), z.literal(2)], { error: "has to be 1 or 2" });
  expect(shown(own, 3)).toEqual([["", "has to be 1 or 2"]]);
});
