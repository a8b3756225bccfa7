import { mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { until } from "../../../../tests/support/src/until.ts";
import { openConfigFile } from "./config-file.ts";

test("a provider file that can't be examined is reported once, and read again when it can", async () => {
  const folder = await mkdtemp(join(tmpdir(), "vega-providers-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "providers.json");
  await writeFile(path, JSON.stringify({ providers: [] }));
  const errors: unknown[] = [];
  let changes = 0;
  const file = openConfigFile({
    env: { VEGA_PROVIDERS_FILE: path },
    log: { info: () => undefined, error: (line: unknown) => void errors.push(line) } as never,
    onChange: () => (changes += 1),
    pollMs: 5,
  });
  onTestFinished(() => file.close());
  // ELOOP, which statSync throws. Renamed atomically: a poll must not see a missing file.
  await symlink(path, `${path}.loop`);
  await rename(`${path}.loop`, path);
  await until("the error is reported", () => errors.length > 0);
  expect(errors[0]).toMatchObject({ err: { code: "ELOOP" } });
  await writeFile(`${path}.new`, JSON.stringify({ providers: [], aliases: {} }));
  await rename(`${path}.new`, path);
  await until("the file is read again", () => changes === 1);
  expect(errors.filter((line) => JSON.stringify(line).includes("ELOOP"))).toHaveLength(1);
});
