import { until } from "@vega/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import { containersOf, docker, killInside, logsOf, needDocker, standInFor } from "./docker.ts";
import type { Platform } from "./platform.ts";
import { startPlatform } from "./platform.ts";

const OWN = ["gateway", "state", "loop", "ai", "auth", "edge"];
const SCALE = { gateway: 2, state: 2, loop: 3, ai: 2, auth: 2 };
const ADA = { username: "ada", password: "a-passphrase-for-tests" };

let vega: Platform;
beforeAll(async () => {
  await needDocker();
  vega = await startPlatform({
    VEGA_REGISTRATION: "open",
    LOOP_TIME_SCALE: "0.2",
    // Above what the test can write.
    VEGA_MEMORY_KEYS: "100000",
    VEGA_MEMORY_NAMESPACE_BYTES: "16000000",
  });
  for (const image of ["mongo:8.0", "nats:2.12-alpine", "node:24-bookworm-slim"]) {
    const standIn = await standInFor(image);
    if (standIn) console.warn(`${image} is a stand-in: ${standIn}`);
  }
});
afterAll(() => vega?.close());

const asAda = async () => {
  const { status, body } = await vega.api.send("POST", "/api/auth/login", ADA, {
    authorization: "",
  });
  expect(status).toBe(200);
  return { authorization: `Bearer ${body.access_token}` };
};
const asAdmin = () => ({ authorization: `Bearer ${vega.secret("vega_admin_token")}` });
const manyKeys = async (): Promise<string[]> => {
  const { status, body } = await vega.api.get("/api/memory/many", asAdmin());
  expect(status).toBe(200);
  return body.entries.map(({ key }: { key: string }) => key);
};
/** @returns whether the write was acknowledged */
const put = async (key: string): Promise<boolean> => {
  const answer = await vega.api
    .send("PUT", `/api/memory/many/${key}`, { value: key })
    .catch(() => ({ status: 0 }));
  return answer.status === 200;
};

test("registers, logs in, writes and reads through the edge", async () => {
  const made = await vega.api.send("POST", "/api/auth/register", ADA, { authorization: "" });
  expect(made.status).toBe(201);
  const ada = await asAda();
  const wrote = await vega.api.send("PUT", "/api/memory/diary/k", { value: "ravens" }, ada);
  expect(wrote.status).toBe(200);
  expect((await vega.api.get("/api/memory/diary/k", ada)).body.value).toBe("ravens");
  expect((await vega.api.get("/api/status")).status).toBe(401);
});

test("a completion comes over gRPC from any replica of ai", async () => {
  const messages = [{ role: "user", content: "What do you know of ravens?" }];
  const answer = await vega.api.send("POST", "/v1/chat/completions", { messages });
  expect(answer.status).toBe(200);
  expect(answer.body.choices[0].finish_reason).toBe("stop");
});

test("forwarding headers of a client are ignored", async () => {
  const ada = { ...(await asAda()), "x-forwarded-for": "203.0.113.9" };
  const login = await vega.api.send("POST", "/api/auth/login", ADA, {
    authorization: "",
    "x-forwarded-for": "203.0.113.9",
  });
  expect(login.status).toBe(200);
  const { body } = await vega.api.get("/api/auth/sessions", ada);
  const addresses = body.map(({ address }: { address: string }) => address);
  expect(addresses.length).toBeGreaterThan(1);
  expect(addresses).not.toContain("203.0.113.9");
});

test("containers have no privileges, and no secret is visible from outside", async () => {
  const containers = await containersOf(vega.project);
  const of = (service: string) =>
    containers.filter(({ Config }) => Config.Labels["com.docker.compose.service"] === service);
  for (const container of containers) {
    const { HostConfig, State, Config } = container;
    expect(HostConfig).toMatchObject({ ReadonlyRootfs: true, CapDrop: ["ALL"] });
    expect(HostConfig.SecurityOpt).toContain("no-new-privileges:true");
    expect(HostConfig.Memory).toBeGreaterThan(0);
    expect(State.Health?.Status).toBe("healthy");
    expect(Config.Env.join("\n")).not.toMatch(/PASSWORD=|TOKEN=|SECRET=|:\/\/[^/]*@/);
  }
  const secrets = ["mongo_vega_password", "vega_secret", "vega_admin_token"].map(vega.secret);
  for (const service of OWN) {
    const [container] = of(service);
    expect(container?.Config.User).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(container?.HostConfig.CapAdd ?? []).toEqual([]);
    const image = container?.Config.Image ?? "";
    const history = await docker("history", "--no-trunc", image);
    for (const secret of secrets) expect(history).not.toContain(secret);
    const found = ["find", image, "/app", "-name", "secrets", "-o", "-name", "*.test.ts"];
    const files = await docker("run", "--rm", "--entrypoint", ...found);
    expect(files.split("\n").filter((path) => path && !path.includes("/node_modules/"))).toEqual(
      [],
    );
  }
});

test("with several replicas of each service all take part, and nothing is lost or duplicated", async () => {
  await vega.up(SCALE);
  await until("all instances report", async () => {
    const { body } = await vega.api.get("/api/health", asAdmin());
    return Object.entries(SCALE).every(([name, count]) => body.services[name]?.instances === count);
  });
  const sse = await vega.api.events("", undefined, asAdmin());
  const body = { messages: [{ role: "user", content: "ravens" }] };
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => vega.api.send("POST", "/v1/chat/completions", body)),
  );
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  const keys = Array.from({ length: 300 }, (_, n) => `k${n}`);
  const acknowledged: string[] = [];
  await Promise.all(
    keys.map(async (key) => {
      if (await put(key)) acknowledged.push(key);
    }),
  );
  expect(acknowledged.length).toBeGreaterThan(0);
  await until("every gateway has all writes", async () => {
    for (let n = 0; n < 4; n += 1) {
      const found = new Set(await manyKeys());
      if (!acknowledged.every((key) => found.has(key))) return false;
    }
    return true;
  });
  const iterations = () =>
    sse.events
      .filter(({ data }) => data.type === "loop_update")
      .map(({ data }) => Number(data["iteration"]));
  await until("the loop continues", () => iterations().length >= 6, 30_000);
  const [first = 0] = iterations();
  expect(iterations()).toEqual(iterations().map((_, n) => first + n));
  const written = sse.events
    .filter(({ data }) => data.type === "memory_changed" && data["namespace"] === "many")
    .map(({ data }) => data["key"]);
  expect(new Set(written).size).toBe(written.length);
  expect(written).toEqual(expect.arrayContaining(acknowledged));
  sse.close();
});

test("after kill -9 in one container of each service acknowledged writes are stored, and all containers recover", async () => {
  const acknowledged: string[] = [];
  let stop = false;
  const writing = (async () => {
    for (let n = 0; !stop; n += 1) if (await put(`during-${n}`)) acknowledged.push(`during-${n}`);
  })();
  try {
    for (const service of [...OWN, "nats", "mongo"]) {
      const before = acknowledged.length;
      const [container] = await containersOf(vega.project, service);
      if (!container) throw new Error(`there is no container of ${service}`);
      await killInside(container);
      await until(
        `${container.Name} is healthy again`,
        async () => {
          const now = (await containersOf(vega.project, service)).find(
            ({ Id }) => Id === container.Id,
          );
          return now?.State.Health?.Status === "healthy" && now.RestartCount > 0;
        },
        90_000,
      );
      await until("writes succeed again", () => acknowledged.length > before, 30_000);
    }
  } finally {
    stop = true;
    await writing;
  }
  const found = await until("all writes can be read", manyKeys);
  expect(found).toEqual(expect.arrayContaining(acknowledged));
}, 600_000);

test("the bus refused nothing that a service needs", async () => {
  const [nats] = await containersOf(vega.project, "nats");
  if (!nats) throw new Error("there is no nats");
  const log = await logsOf(nats);
  expect(log).toContain("Server is ready");
  expect(log.split("\n").filter((line) => line.includes("Violation"))).toEqual([]);
});

test("backup, verification and replay work in containers; a restore needs an empty database", async () => {
  expect(await vega.tool("backup", "today.vega")).toMatch(/wrote today\.vega: \d+ entries/);
  expect(await vega.tool("audit-verify")).toContain("the log is whole");
  expect(await vega.tool("replay")).toMatch(
    /documents are what \d+ entries of the log make of them/,
  );
  await expect(vega.tool("restore", "today.vega")).rejects.toMatchObject({
    stderr: expect.stringContaining("has a log already") as string,
  });
}, 300_000);

test("after down and up all data is unchanged", async () => {
  const read = async () => {
    const ada = await asAda();
    return [
      (await vega.api.get("/api/memory/diary/k", ada)).body.value,
      (await manyKeys()).toSorted((a, b) => a.localeCompare(b)),
    ];
  };
  const before = await read();
  await vega.down();
  expect(await containersOf(vega.project)).toEqual([]);
  await vega.up();
  expect(await read()).toEqual(before);
}, 400_000);
