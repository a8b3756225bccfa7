// `npm run screenshots:console`: pictures of each page of the console in both themes, in .cache/screenshots.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { pagesOf, signIn, startConsolePlatform } from "./platform.ts";

const FOLDER = join(import.meta.dirname, "../../../.cache/screenshots");
const SIZE = { width: 1_280, height: 800 };
const ANSWER = `Ravens plan ahead, remember faces and use tools.

| Task | Solved |
| --- | ---: |
| String pulling | 9 of 10 |
| Caching for tomorrow | 8 of 10 |

\`\`\`ts
export const nextPhase = (phase: Phase): Phase =>
  PHASES[(PHASES.indexOf(phase) + 1) % PHASES.length] ?? 3;
\`\`\`

> They cache food again when another raven watches.`;

await using platform = await startConsolePlatform(0.3);
const { network, provider, browser } = platform;
const { api } = network;
provider.behave("writer", { kind: "answer", text: ANSWER });
mkdirSync(FOLDER, { recursive: true });

for (const [index, colorScheme] of (["light", "dark"] as const).entries()) {
  const context = await browser.newContext({ viewport: SIZE, colorScheme, locale: "en-GB" });
  const page = await context.newPage();
  const shoot = (name: string) =>
    page.screenshot({ path: join(FOLDER, `${name}-${colorScheme}.png`) });
  await page.goto(`${api.url}/console/sign-in`);
  await page.locator("input[name=username]").waitFor();
  await shoot("sign-in");
  await signIn(page, api.url);
  if (index === 0) {
    for (const username of ["ada", "grace"]) {
      await api.send("POST", "/api/admin/users", { username, role: "user" });
    }
    await api.send("PUT", "/api/admin/budgets/system/all", {
      month: { usd: 100, tokens: 5_000_000 },
    });
    await api.send("PUT", "/api/memory/notes/city", { value: { name: "Graz", since: 1379 } });
    for (const status of ["inactive", "active"]) {
      await api.send("PATCH", "/api/modules/relax", { status });
    }
  }
  await page.goto(`${api.url}/console/chat`);
  const model = page.locator(".model-picker option", { hasText: "demo/writer" });
  await model.waitFor({ state: "attached" });
  await page.locator(".model-picker select").selectOption("demo/writer");
  await page.locator("textarea").fill("What are ravens good at?");
  await page.keyboard.press("Enter");
  await page.locator(".message-assistant[data-status=complete] .hljs-keyword").first().waitFor();
  await shoot("chat-answer");
  for (const name of await pagesOf(page)) {
    const shared = name === "memory" ? "?shared=1" : "";
    await page.goto(`${api.url}/console/${name}${shared}`);
    await page.locator("main h1").first().waitFor();
    await page.waitForLoadState("networkidle", { timeout: 2_000 }).catch(() => undefined);
    await shoot(name);
  }
  await page.goto(`${api.url}/console/now?at=3`);
  await page.locator("[data-moment]").waitFor();
  await page.locator(".core-power").first().waitFor();
  await shoot("past");
  await context.close();
}
console.log(`screenshots: ${FOLDER}`);
