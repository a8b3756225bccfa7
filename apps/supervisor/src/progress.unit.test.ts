import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { banner } from "./progress.ts";
import { readSettings } from "./settings.ts";

/** The banner's line on the login, with the password file present or not. */
function loginLine(env: Record<string, string>, hasFile: boolean) {
  const folder = mkdtempSync(join(tmpdir(), "vega-banner-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const adminPasswordFile = join(folder, "admin-password");
  if (hasFile) writeFileSync(adminPasswordFile, "secret-words\n");
  const files = { adminTokenFile: join(folder, "admin-token"), adminPasswordFile };
  const text = banner("http://127.0.0.1:5000", readSettings(env, folder), files);
  expect(text).toContain("Address      http://127.0.0.1:5000\n");
  expect(text).not.toContain("secret-words");
  return { line: /Log in +(.*)/.exec(text)?.[1], adminPasswordFile };
}

test("the banner names the file of the generated password while the file exists", () => {
  const { line, adminPasswordFile } = loginLine({}, true);
  expect(line).toBe(`as admin; password in ${adminPasswordFile}`);
});

test.each(["VEGA_ADMIN_PASSWORD", "VEGA_ADMIN_PASSWORD_FILE"])(
  "the banner names VEGA_ADMIN_PASSWORD where %s is set, never the password",
  (name) => {
    const { line } = loginLine({ [name]: "secret-words", VEGA_ADMIN_USERNAME: "root" }, false);
    expect(line).toBe("as root; the password set by VEGA_ADMIN_PASSWORD");
  },
);

test("the banner names the command for a new password where the file was deleted", () => {
  expect(loginLine({}, false).line).toContain("npm run reset-password -- admin");
});
