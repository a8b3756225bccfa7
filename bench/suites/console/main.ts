// `npm run bench:console`: size of the console's pages, their start, events to pixels, scrubbing, and an idle tab, in
// Chromium on this machine; `--help` lists the options. A missed aim is reported and does not fail.
import type { Page } from "playwright-core";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { positiveNumber } from "../../src/options.ts";
import { startResults } from "../../src/report/results.ts";
import type { Section } from "../../src/report/section.ts";
import { quantile, show } from "../../src/statistics.ts";
import { pagesOf, signIn, startConsolePlatform } from "./platform.ts";

const HELP = `npm run bench:console -- [options]
  --rounds N      of each timing (20)
  --idle N        seconds of the idle tab (30)`;
const DIST = join(import.meta.dirname, "../../../apps/console/dist");
const KILOBYTE = 1_000;
const AIMS = { now: 60, page: 120, paint: 500, usable: 1_000, pixel: 150, scrub: 100, cpu: 1 };

const { values } = parseArgs({
  options: {
    help: { type: "boolean", default: false },
    rounds: { type: "string", default: "20" },
    idle: { type: "string", default: "30" },
  },
});
if (values.help) console.log(HELP);
else {
  const idleSeconds = positiveNumber("idle", values.idle);
  process.exitCode = (await bench(positiveNumber("rounds", values.rounds), idleSeconds)) ? 0 : 1;
}

async function bench(rounds: number, idleSeconds: number): Promise<boolean> {
  const results = startResults("-console");
  // Iterations a hundred times as fast as usual: an idle tab has the most to do.
  await using platform = await startConsolePlatform(0.01);
  const { network, browser } = platform;
  const { url } = network.api;
  const page = await (await browser.newContext()).newPage();
  results.add(await sizes(page, url));
  results.add(await timings(page, url, rounds, (status) => turnModule(network.api, status)));
  results.add(await idle(page, url, idleSeconds));
  return results.keep({ rounds, idle_seconds: idleSeconds }, { chromium: browser.version() });
}

type Api = Awaited<ReturnType<typeof startConsolePlatform>>["network"]["api"];
function turnModule(api: Api, status: string) {
  return api.send("PATCH", "/api/modules/relax", { status });
}

/** Bytes of JavaScript as gzip that a fresh browser loads for an address. */
async function scriptBytes(page: Page, address: string): Promise<number> {
  const scripts = new Set<string>();
  const note = (response: { url(): string }) => {
    const path = new URL(response.url()).pathname;
    if (path.endsWith(".js")) scripts.add(path.replace("/console/", ""));
  };
  page.on("response", note);
  await page.goto(address);
  await page.locator("main h1").first().waitFor();
  await page.waitForLoadState("networkidle", { timeout: 3_000 }).catch(() => undefined);
  page.off("response", note);
  let sum = 0;
  for (const path of scripts) {
    const file = join(DIST, `${path}.gz`);
    if (existsSync(file)) sum += readFileSync(file).length;
  }
  return sum / KILOBYTE;
}

async function sizes(page: Page, url: string): Promise<Section> {
  await signIn(page, url);
  const names = await pagesOf(page);
  const rows: [string, number][] = [];
  for (const name of names) rows.push([name, await scriptBytes(page, `${url}/console/${name}`)]);
  return {
    title: "JavaScript of a page, from a fresh start, KB gzip",
    columns: ["page", "KB"],
    rows: rows.map(([name, size]) => [name, show(size)]),
    aims: rows.map(([name, size]) => {
      const aim = name === "now" ? AIMS.now : AIMS.page;
      return { what: `${name}: ${show(size)} KB, aim ≤ ${aim}`, met: size <= aim };
    }),
    faults: [],
    raw: rows,
  };
}

/** Milliseconds from a call to a condition on the page, measured on the page by frames. */
function untilShown(page: Page, selector: string, text: string) {
  return page.waitForFunction(
    ([where = "", what = ""]) => document.querySelector(where)?.textContent?.includes(what),
    [selector, text],
    { polling: "raf" },
  );
}

async function timings(
  page: Page,
  url: string,
  rounds: number,
  turn: (status: string) => Promise<unknown>,
): Promise<Section> {
  const measured: Record<"paint" | "usable" | "pixel" | "scrub", number[]> = {
    paint: [],
    usable: [],
    pixel: [],
    scrub: [],
  };
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    await page.goto(`${url}/console/now`, { waitUntil: "commit" });
    await page.locator(".core-power").first().waitFor();
    measured.usable.push(performance.now() - started);
    measured.paint.push(
      await page.evaluate(
        () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
      ),
    );
  }
  await page.goto(`${url}/console/modules/relax`);
  await page.locator(".module-chosen").waitFor();
  for (let round = 0; round < rounds; round += 1) {
    const isOn = round % 2 === 1;
    const shown = page.waitForFunction(
      (wanted) =>
        document.querySelector(".module-chosen [role=switch]")?.getAttribute("aria-checked") ===
        wanted,
      String(isOn),
      { polling: "raf" },
    );
    const started = performance.now();
    await Promise.all([turn(isOn ? "active" : "inactive"), shown]);
    measured.pixel.push(performance.now() - started);
  }
  await page.goto(`${url}/console/now`);
  await page.locator(".core-power").first().waitFor();
  const slider = page.locator(".slider input");
  await slider.focus();
  for (let round = 0; round < rounds; round += 1) {
    const sequence = round + 2;
    const started = performance.now();
    await slider.evaluate((input, value) => {
      (input as HTMLInputElement).value = String(value);
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }, sequence);
    await untilShown(page, "[data-moment]", `#${sequence} `);
    measured.scrub.push(performance.now() - started);
  }
  const of = (name: keyof typeof measured, share: number) => quantile(measured[name], share);
  const row = (name: keyof typeof measured, what: string) => [
    what,
    ...[0.5, 0.95, 0.99].map((share) => show(of(name, share))),
  ];
  return {
    title: "Timings, ms",
    columns: ["what", "p50", "p95", "p99"],
    rows: [
      row("paint", "first paint of Now"),
      row("usable", "Now usable"),
      row("pixel", "write of another client to pixel, the write included"),
      row("scrub", "slider to the earlier moment shown"),
    ],
    aims: [
      { what: `first paint, p95 ≤ ${AIMS.paint} ms`, met: of("paint", 0.95) <= AIMS.paint },
      { what: `usable, p95 ≤ ${AIMS.usable} ms`, met: of("usable", 0.95) <= AIMS.usable },
      { what: `event to pixel, p99 ≤ ${AIMS.pixel} ms`, met: of("pixel", 0.99) <= AIMS.pixel },
      { what: `scrub, p95 ≤ ${AIMS.scrub} ms`, met: of("scrub", 0.95) <= AIMS.scrub },
    ],
    faults: [],
    raw: measured,
  };
}

/** An idle tab, while the loop iterates a hundred times as fast as usual. */
async function idle(page: Page, url: string, seconds: number): Promise<Section> {
  await page.goto(`${url}/console/events`);
  await page.locator(".event").first().waitFor();
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const metrics = async () => {
    const { metrics: list } = await session.send("Performance.getMetrics");
    const of = (name: string) => list.find((one) => one.name === name)?.value ?? 0;
    return { task: of("TaskDuration"), heap: of("JSHeapUsedSize") };
  };
  const requests: string[] = [];
  const note = (request: { url(): string }) => requests.push(request.url());
  await page.waitForTimeout(2_000);
  await session.send("HeapProfiler.collectGarbage");
  const before = await metrics();
  page.on("request", note);
  await page.waitForTimeout(seconds * 1_000);
  page.off("request", note);
  await session.send("HeapProfiler.collectGarbage");
  const after = await metrics();
  const cpu = ((after.task - before.task) / seconds) * 100;
  const heap = (after.heap - before.heap) / 1_000_000;
  return {
    title: `A tab on Events for ${seconds} s, iterations 100 times as fast as usual`,
    columns: ["what", "value"],
    rows: [
      ["requests", String(requests.length)],
      ["main thread, %", show(cpu)],
      ["heap, MB more", show(heap)],
    ],
    aims: [{ what: "0 requests", met: requests.length === 0 }],
    faults: [],
    raw: { requests, cpu_percent: cpu, heap_megabytes: heap },
  };
}
