import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { ConfigError } from "../env.ts";
import { readTracing } from "./config.ts";
import { readTraceparent, writeTraceparent } from "./traceparent.ts";

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318/" };

test("without an endpoint tracing is off", () => {
  expect(readTracing({})).toBeUndefined();
  expect(readTracing({ ...ENDPOINT, OTEL_SDK_DISABLED: "true" })).toBeUndefined();
  expect(readTracing({ ...ENDPOINT, OTEL_TRACES_EXPORTER: "none" })).toBeUndefined();
});

test("OpenTelemetry's variables are read; content is off by default", () => {
  expect(readTracing(ENDPOINT)).toMatchObject({
    url: "http://collector:4318/v1/traces",
    headers: {},
    sampler: "parentbased_always_on",
    content: false,
  });
  const env = {
    ...ENDPOINT,
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://other/t",
    OTEL_EXPORTER_OTLP_HEADERS: "api-key=a%3Db, x-tenant=1",
    OTEL_TRACES_SAMPLER: "traceidratio",
    OTEL_TRACES_SAMPLER_ARG: "0.25",
    OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: "true",
  };
  expect(readTracing(env)).toMatchObject({
    url: "https://other/t",
    headers: { "api-key": "a=b", "x-tenant": "1" },
    sampler: "traceidratio",
    ratio: 0.25,
    content: true,
  });
});

test.each([
  { OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318" },
  { ...ENDPOINT, OTEL_TRACES_SAMPLER: "sometimes" },
  { ...ENDPOINT, OTEL_TRACES_SAMPLER_ARG: "2" },
  { ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" },
])("%j is refused", (env) => {
  expect(() => readTracing(env)).toThrow(ConfigError);
});

test("a traceparent is written as it was read", () => {
  const text = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const read = readTraceparent(text);
  expect(read).toMatchObject({ spanId: "b7ad6b7169203331", flags: 1 });
  expect(read && writeTraceparent(read)).toBe(text);
});

/** OpenTelemetry's packages that a process loads with this configuration. */
async function loadedWith(env: Record<string, string>): Promise<string[]> {
  const program = `
    import { registerHooks } from "node:module";
    const loaded = new Set();
    registerHooks({ load(url, context, next) {
      const name = /@opentelemetry\\/([^/]+)/.exec(url)?.[1];
      if (name) loaded.add(name);
      return next(url, context);
    } });
    const kit = await import(${JSON.stringify(new URL("../index.ts", import.meta.url).href)});
    kit.createMetrics();
    const tracing = await kit.openTracing("test", kit.readTracing(process.env), { warn() {} });
    process.stdout.write(JSON.stringify([...loaded]));
    await tracing?.stop();
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "--eval", program],
    { env: { PATH: process.env["PATH"], ...env } },
  );
  return JSON.parse(stdout) as string[];
}

test("the SDK is loaded only while tracing is on", async () => {
  const [off, on] = await Promise.all([loadedWith({}), loadedWith(ENDPOINT)]);
  // The API alone does nothing.
  expect(off.filter((name) => name !== "api")).toEqual([]);
  expect(on).toContain("sdk-trace");
});
