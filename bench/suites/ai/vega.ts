import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SCOPES } from "@vega/contracts";
import { until } from "@vega/test-support";
import type { BenchPlatform } from "../../src/cluster/platform.ts";
import { preparePlatform } from "../../src/cluster/platform.ts";
import type { Target } from "./client-messages.ts";
import { VEGA } from "./compare.ts";
import { ensembleOf } from "./measure-orchestra.ts";

const PROVIDER = "wall";

export interface Vega {
  readonly platform: BenchPlatform;
  readonly target: Target;
  close(): Promise<void>;
}

/** Starts VEGA in front of the provider, as `npm start` does, and creates a key for its clients. @param upstream `http://host:port` */
export async function startVega(upstream: string): Promise<Vega> {
  const folder = await mkdtemp(join(tmpdir(), "vega-bench-ai-"));
  const file = join(folder, "providers.json");
  const provider = {
    id: PROVIDER,
    kind: "openai-compatible",
    base_url: `${upstream}/v1`,
    models: ["*"],
  };
  await writeFile(file, JSON.stringify({ providers: [provider], ensembles: ensembleOf(PROVIDER) }));
  const platform = await preparePlatform({ VEGA_PROVIDERS_FILE: file });
  const close = async () => {
    await platform.end("SIGINT");
    await platform.close();
    await rm(folder, { recursive: true });
  };
  try {
    await platform.start();
    const headers = { authorization: `Bearer ${await createKey(platform)}` };
    const target = { name: VEGA, url: platform.url, headers, prefix: `${PROVIDER}/` };
    return { platform, target, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function createKey({ api, adminPassword, writeHeaders }: BenchPlatform): Promise<string> {
  // On a busy machine VEGA may be up before its first account exists.
  await until("the first account exists", async () => {
    const { body } = await api.get("/api/admin/users", writeHeaders);
    return body.users.length > 0;
  });
  const credentials = { username: "admin", password: adminPassword };
  const login = await api.send("POST", "/api/auth/login", credentials);
  if (login.status !== 200) throw new Error(`login failed with status ${login.status}`);
  const authorization = `Bearer ${String(login.body.access_token)}`;
  const wanted = { name: "bench", scopes: SCOPES };
  const made = await api.send("POST", "/api/auth/keys", wanted, { authorization });
  if (made.status !== 201) throw new Error(`creating the key failed with status ${made.status}`);
  return String(made.body.secret);
}
