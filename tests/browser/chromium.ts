import type { Browser } from "playwright-core";
import { chromium } from "playwright-core";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const ROOT = join(import.meta.dirname, "../..");
const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** Why there is no browser; undefined: there is one. In CI it is required. */
export const noBrowser =
  existsSync(CHROMIUM) || process.env["CI"] ? undefined : `there is no ${CHROMIUM}`;

/** Debian's Chromium. Its sandbox does not work for root. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });

/** Builds the console where its sources have changed, as the start of the platform does. */
export async function ensureConsole(): Promise<void> {
  await promisify(execFile)(process.execPath, [join(ROOT, "tools/setup.mjs")], { cwd: ROOT });
}
