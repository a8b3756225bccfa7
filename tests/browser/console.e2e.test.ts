import type { FaultProvider } from "@vega/ai/testing";
import { startFaultProvider } from "@vega/ai/testing";
import type { Network } from "@vega/test-support";
import { startNetwork, until } from "@vega/test-support";
import axe from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureConsole, launchBrowser, noBrowser } from "./chromium.ts";
import type { Observed } from "./observer.ts";
import { observe } from "./observer.ts";
import { XSS_CORPUS } from "./xss.ts";

/*
 * The console in a real browser, on one platform. The list of pages is that of the navigation, so a new page is part of
 * every test.
 */

const PASSWORD = "nine blue lanterns";
/** Of one wait; a test has several. Long, for machines that do other work. */
const TIMEOUT_MS = 30_000;

let network: Network;
let provider: FaultProvider;
let browser: Browser;
/** Of the administrator; the other tests open their own. */
let context: BrowserContext;
let observed: Observed;
let page: Page;

const url = (path: string) => `${network.api.url}${path}`;
const shown = (selector: string, within = page) => within.locator(selector).first().waitFor();

async function signIn(name: string, within: Page): Promise<void> {
  await within.goto(url("/console/sign-in"));
  await within.locator("input[name=username]").fill(name);
  await within.locator("input[name=password]").fill(PASSWORD);
  await within.keyboard.press("Enter");
  await shown("[data-connection=live]", within);
}

/** The addresses in the navigation. */
const pagesOf = (within: Page): Promise<string[]> =>
  within
    .locator("#navigation a")
    .evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));

/** Opens a page by its link and waits for its content. */
async function visit(href: string, within = page): Promise<void> {
  await within.locator(`#navigation a[href="${href}"]`).click();
  const id = href.split("/").at(-1);
  await shown(`main[data-page="${id}"] h1`, within);
  await within.waitForFunction(() => !document.querySelector("main .skeleton"));
}

async function newSession(
  name: string,
): Promise<{ session: Page; seen: Observed; end: () => Promise<void> }> {
  const own = await browser.newContext({ locale: "en-GB" });
  own.setDefaultTimeout(TIMEOUT_MS);
  const seen = await observe(own, network.api.url);
  const session = await own.newPage();
  await signIn(name, session);
  return { session, seen, end: () => own.close() };
}

beforeAll(async () => {
  if (noBrowser) return;
  provider = await startFaultProvider();
  // The gateway reads the files at its start.
  await ensureConsole();
  const starting = startNetwork({
    env: { VEGA_ADMIN_PASSWORD: PASSWORD },
    providers: {
      providers: [
        {
          id: "wall",
          kind: "openai-compatible",
          base_url: provider.baseUrl,
          models: ["slow", "xss"],
        },
      ],
      limits: { retries: 0 },
    },
  });
  [network, browser] = await Promise.all([starting, launchBrowser()]);
  for (const role of ["viewer", "user", "operator"]) {
    const { status } = await network.api.send("POST", "/api/admin/users", {
      username: role,
      password: PASSWORD,
      role,
    });
    expect(status).toBe(201);
  }
  context = await browser.newContext({ locale: "en-GB", reducedMotion: "reduce" });
  context.setDefaultTimeout(TIMEOUT_MS);
  observed = await observe(context, network.api.url);
  page = await context.newPage();
});
afterAll(async () => {
  if (noBrowser) return;
  await browser.close();
  await network.close();
  await provider.close();
});

describe.skipIf(noBrowser)("the console in Chromium", { timeout: 120_000 }, () => {
  test("is what the address opens; sign-in by keyboard alone", async () => {
    await page.goto(url("/"));
    await shown("input[name=username]:focus");
    await page.keyboard.type("admin");
    await page.keyboard.press("Tab");
    await page.keyboard.type("wrong");
    await page.keyboard.press("Enter");
    await page.getByText("Invalid username or password.").waitFor();
    await page.locator("input[name=password]").fill(PASSWORD);
    await page.keyboard.press("Enter");
    await shown("[data-connection=live]");
    await shown(".core-power");
    expect(new URL(page.url()).pathname).toBe("/console/now");
  });

  test("every page in both themes has no violation of WCAG 2.2 AA, and fits 320 pixels", async () => {
    await page.evaluate(axe.source);
    const found: unknown[] = [];
    const check = async (href: string, rules?: readonly string[]) => {
      const options = rules
        ? { runOnly: { type: "rule" as const, values: [...rules] } }
        : {
            runOnly: {
              type: "tag" as const,
              values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
            },
          };
      const { violations } = await page.evaluate(
        async (chosen) =>
          (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
            ...chosen,
            resultTypes: ["violations"],
          }),
        options,
      );
      for (const { id, nodes } of violations) {
        found.push({
          href,
          id,
          nodes: nodes.map(({ html, failureSummary }) => [html, failureSummary]),
        });
      }
    };
    for (const href of await pagesOf(page)) {
      await page.setViewportSize({ width: 1280, height: 800 });
      await visit(href);
      await check(href);
      await page.evaluate(() => (document.documentElement.dataset["theme"] = "dark"));
      await check(`${href} (dark)`, ["color-contrast"]);
      await page.evaluate(() => (document.documentElement.dataset["theme"] = "light"));
      await page.setViewportSize({ width: 320, height: 700 });
      const width = await page.evaluate(() =>
        Math.max(
          document.documentElement.scrollWidth,
          document.querySelector("main")?.scrollWidth ?? 0,
        ),
      );
      if (width > 320) found.push({ href, width });
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    expect(found).toEqual([]);
  });

  test("the palette opens pages and moments by keyboard; the slider looks back, read-only", async () => {
    await visit("/console/now");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("event");
    await page.keyboard.press("Enter");
    await shown("main[data-page=events] h1");
    await visit("/console/now");
    await page.locator("input[type=range]").focus();
    await page.keyboard.press("Home");
    await shown("html[data-past] [data-moment]");
    expect(new URL(page.url()).searchParams.get("at")).toBe("1");
    await page.waitForFunction(() => document.querySelector(".core-power")?.textContent === "0");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("back to now");
    await page.keyboard.press("Enter");
    await shown("html:not([data-past]) .core-power");
  });

  test("a change by another client is shown without a reload", async () => {
    await visit("/console/now");
    await network.api.send("PATCH", "/api/modules/relax", { status: "inactive" });
    await page.getByText("Module relax was turned off").waitFor();
  });

  test("an answer goes on after a reload, and equals the stored one", async () => {
    const text = Array.from({ length: 60 }, (_, index) => `word${index}`).join(" ");
    provider.behave("slow", { kind: "answer", everyMs: 15, text });
    await visit("/console/chat");
    await page.locator(".model-picker select").selectOption("wall/slow");
    await page.locator("textarea").fill("Tell me");
    await page.keyboard.press("Enter");
    await page.getByText("word3", { exact: false }).waitFor();
    await page.reload();
    await shown(".message-assistant[data-status=complete]");
    await until("the text is complete", async () => {
      const shownText = await page.locator(".message-assistant .md").innerText();
      return shownText.trim() === text;
    });
    expect(provider.callsOf("slow")).toHaveLength(1);
  });

  test("hostile titles, messages and memory run nothing and load nothing", async () => {
    const { session, seen, end } = await newSession("user");
    const token = (
      await network.api.raw("/api/auth/login", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ username: "user", password: PASSWORD }),
      })
    ).body.access_token as string;
    const own = { authorization: `Bearer ${token}` };
    provider.behave("xss", { kind: "answer", text: XSS_CORPUS.join("\n\n") });
    const { headers, status } = await network.api.send(
      "POST",
      "/v1/chat/completions",
      { model: "wall/xss", messages: [{ role: "user", content: XSS_CORPUS.join("\n") }] },
      own,
    );
    expect(status).toBe(200);
    const id = headers.get("vega-conversation") ?? "";
    await network.api.send("PATCH", `/api/conversations/${id}`, { title: XSS_CORPUS[1] }, own);
    for (const [index, value] of XSS_CORPUS.entries()) {
      await network.api.send("PUT", `/api/memory/default/k${index}`, { value }, own);
    }
    for (const href of await pagesOf(session)) await visit(href, session);
    await session.goto(url(`/console/chat/${id}`));
    await shown(".message-assistant .md-code", session);
    await session
      .getByText(XSS_CORPUS[1] ?? "")
      .first()
      .waitFor();
    expect(seen).toEqual({ foreign: [], refused: [], errors: [], violations: [], executed: [] });
    await end();
  });

  // A user walks above, among hostile texts, and the administrator in the other tests.
  test.each(["viewer", "operator"])("the pages that a %s sees refuse nothing", async (role) => {
    const { session, seen, end } = await newSession(role);
    const hrefs = await pagesOf(session);
    expect(hrefs).toContain("/console/now");
    for (const href of hrefs) await visit(href, session);
    expect(seen).toEqual({ foreign: [], refused: [], errors: [], violations: [], executed: [] });
    await end();
  });

  test("no page has broken the policy, asked another host or failed", () => {
    expect(observed).toEqual({
      foreign: [],
      refused: [],
      errors: [],
      violations: [],
      executed: [],
    });
  });
});
