import type { BrowserContext, Page } from "playwright-core";

/** What no page of the console may do. */
export interface Observed {
  /** Requests to other hosts. */
  readonly foreign: string[];
  /** Responses 403 and 5xx, as "status url". */
  readonly refused: string[];
  /** Uncaught errors, and errors on the browser's console. */
  readonly errors: string[];
  /** Violations of the Content-Security-Policy. */
  readonly violations: string[];
  /** Scripts of hostile input that ran. */
  readonly executed: string[];
}

/** Watches every page of a context. */
export async function observe(context: BrowserContext, origin: string): Promise<Observed> {
  const observed: Observed = {
    foreign: [],
    refused: [],
    errors: [],
    violations: [],
    executed: [],
  };
  await context.exposeFunction("reportViolation", (text: string) => {
    observed.violations.push(text);
  });
  await context.exposeFunction("xss", (text: string) => {
    observed.executed.push(text);
  });
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => {
      const { reportViolation } = globalThis as unknown as Record<string, (text: string) => void>;
      reportViolation?.(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  context.on("request", (request) => {
    const url = request.url();
    if (/^https?:/.test(url) && new URL(url).origin !== origin) observed.foreign.push(url);
  });
  context.on("response", (response) => {
    const status = response.status();
    if (status === 403 || status >= 500) observed.refused.push(`${status} ${response.url()}`);
  });
  context.on("page", (page: Page) => {
    page.on("pageerror", (error) => observed.errors.push(String(error.stack)));
    page.on("console", (message) => {
      // Chromium logs every response from 400 on; those that matter are in `refused`.
      const isResponse = message.text().startsWith("Failed to load resource");
      if (message.type() === "error" && !isResponse) observed.errors.push(message.text());
    });
  });
  return observed;
}
