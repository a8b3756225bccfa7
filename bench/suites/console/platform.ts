import type { FaultProvider } from "@vega/ai/testing";
import { startFaultProvider } from "@vega/ai/testing";
import type { Network } from "@vega/test-support";
import { startNetwork } from "@vega/test-support";
import type { Browser, Page } from "playwright-core";
import { ensureConsole, launchBrowser } from "../../../tests/browser/chromium.ts";

export const PASSWORD = "nine blue lanterns";

/** A platform with a model that answers, and a browser. */
export interface ConsolePlatform extends AsyncDisposable {
  readonly network: Network;
  readonly provider: FaultProvider;
  readonly browser: Browser;
}

/** @param timeScale 1 for real seconds between iterations */
export async function startConsolePlatform(timeScale: number): Promise<ConsolePlatform> {
  await ensureConsole();
  const provider = await startFaultProvider();
  const base = { kind: "openai-compatible", base_url: provider.baseUrl };
  const network = await startNetwork({
    timeScale,
    env: { VEGA_ADMIN_PASSWORD: PASSWORD },
    providers: { providers: [{ id: "demo", ...base, models: ["writer"] }] },
  });
  const browser = await launchBrowser();
  return {
    network,
    provider,
    browser,
    async [Symbol.asyncDispose]() {
      await browser.close();
      await network.close();
      await provider.close();
    },
  };
}

/** Signs in as the administrator and waits for the event stream. */
export async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/console/sign-in`);
  await page.locator("input[name=username]").fill("admin");
  await page.locator("input[name=password]").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.locator("[data-connection=live]").waitFor();
}

/** The pages in the navigation, by their first segment. */
export const pagesOf = (page: Page): Promise<string[]> =>
  page
    .locator("#navigation a")
    .evaluateAll((links) => links.map((link) => link.getAttribute("href")?.split("/")[2] ?? ""));
