import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeSecrets } from "../../apps/cli/src/compose-secrets/files.ts";
import type { Secret } from "../../apps/cli/src/kubernetes/secrets.ts";
import { kubernetesSecrets } from "../../apps/cli/src/kubernetes/secrets.ts";
import { refuseBadSettings } from "@vega/supervisor/service-settings";
import { findKustomize } from "./kustomize.ts";
import type { Container, NetworkPolicy, Volume, Workload } from "./objects.ts";
import { matches, mayConnect } from "./objects.ts";

const SERVICES = ["ai", "auth", "gateway", "loop", "state"];
const OVERLAYS = ["small", "production"];

/** Allowed connections: source, target, port. */
const CONNECTIONS = [
  "ai → nats:4222",
  "auth → nats:4222",
  "gateway → ai:5051",
  "gateway → nats:4222",
  "loop → nats:4222",
  "mongo → mongo:27017",
  "nats → nats:6222",
  "state → mongo:27017",
  "state → nats:4222",
];

type Any = { kind: string; metadata: { name: string; namespace?: string }; spec: any; data?: any };
const rendered = new Map<string, Any[]>();
let folder: string;
let secrets: Secret[];
beforeAll(async () => {
  const kustomize = await findKustomize();
  for (const overlay of OVERLAYS) {
    const manifests = await kustomize(`deploy/kubernetes/${overlay}`);
    rendered.set(overlay, manifests as unknown as Any[]);
  }
  folder = mkdtempSync(join(tmpdir(), "vega-kubernetes-"));
  makeSecrets({ folder, uid: process.getuid?.() ?? 0 });
  secrets = kubernetesSecrets((name) => readFileSync(join(folder, name), "utf8"), "vega");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Keys of the Secret behind a volume. */
const keysOf = ({ secret }: Volume) =>
  Object.keys(secrets.find(({ metadata }) => metadata.name === secret?.secretName)?.data ?? {});

describe.each(OVERLAYS)("%s", (overlay) => {
  const all = (kind: string) => (rendered.get(overlay) ?? []).filter((one) => one.kind === kind);
  const workloads = () =>
    [...all("Deployment"), ...all("StatefulSet")] as unknown as readonly Workload[];
  const podOf = ({ spec }: Workload) => spec.template.spec;
  const containerOf = (workload: Workload) => podOf(workload).containers[0] as Container;
  const named = (name: string) => {
    const found = workloads().find(({ metadata }) => metadata.name === name);
    if (!found) throw new Error(`there is no ${name}`);
    return found;
  };

  test("has every object once, all in one namespace, and no secret", () => {
    const names = workloads().map(({ metadata }) => metadata.name);
    expect(names.toSorted()).toEqual([...SERVICES, "mongo", "nats"].toSorted());
    expect(all("Secret")).toEqual([]);
    for (const { kind, metadata } of rendered.get(overlay) ?? []) {
      if (kind !== "Namespace")
        expect([metadata.name, metadata.namespace]).toEqual([metadata.name, "vega"]);
    }
  });

  test("no container has privileges", () => {
    for (const workload of workloads()) {
      const pod = podOf(workload);
      expect(pod.automountServiceAccountToken).toBe(false);
      expect(pod.securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: "RuntimeDefault" },
      });
      expect(pod.containers).toHaveLength(1);
      const { securityContext, resources } = containerOf(workload);
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
      expect(Object.keys(resources.requests ?? {})).toEqual(["cpu", "memory"]);
      expect(resources.limits).toHaveProperty("memory");
    }
  });

  test("each container mounts existing volumes, and only secrets that it reads", () => {
    const maps = all("ConfigMap").map(({ metadata }) => metadata.name);
    for (const workload of workloads()) {
      const { volumes } = podOf(workload);
      const { volumeMounts, env = [] } = containerOf(workload);
      const claims = workload.kind === "StatefulSet" ? ["data"] : [];
      const mounted = volumeMounts.map(({ name }) => name).toSorted();
      expect(mounted).toEqual([...volumes.map(({ name }) => name), ...claims].toSorted());
      for (const { configMap } of volumes) {
        if (configMap && !configMap.optional) expect(maps).toContain(configMap.name);
      }
      const keys = volumes.filter(({ name }) => name === "secrets").flatMap(keysOf);
      expect(keys.length).toBeGreaterThan(0);
      const read = env.flatMap(
        ({ value }) => /^\/run\/secrets\/(.*)$/.exec(value ?? "")?.[1] ?? [],
      );
      // The scripts of mongo and nats name the files that they read.
      if (SERVICES.includes(workload.metadata.name)) {
        expect(keys.toSorted()).toEqual(read.toSorted());
      }
    }
  });

  test("each service accepts its environment", () => {
    const settings = all("ConfigMap").find(({ metadata }) =>
      metadata.name.startsWith("vega-settings"),
    );
    refuseBadSettings((name) => {
      const { env = [], envFrom = [] } = containerOf(named(name));
      expect(envFrom).toEqual([{ configMapRef: { name: settings?.metadata.name } }]);
      const secret = secrets.find(({ metadata }) => metadata.name === `vega-${name}`);
      const own = env.map(({ name: variable, value = "" }) => {
        const key = /^\/run\/secrets\/(.*)$/.exec(value)?.[1];
        if (key === undefined) return [variable, value] as const;
        const content = Buffer.from(secret?.data[key] ?? "", "base64")
          .toString()
          .trim();
        return [variable.replace(/_FILE$/, ""), content] as const;
      });
      return { ...settings?.data, ...Object.fromEntries(own) };
    });
    expect(settings?.data["HEALTH_LISTEN"]).toBe("0.0.0.0:8081");
  });

  test("probes use existing endpoints; an unavailable bus does not restart a gateway", () => {
    for (const name of SERVICES) {
      const { ports, livenessProbe, readinessProbe, startupProbe } = containerOf(named(name));
      const portOf = (port = "") => ports.find((one) => one.name === port)?.containerPort;
      expect(livenessProbe.httpGet).toEqual({ path: "/livez", port: "health" });
      expect(portOf("health")).toBe(8081);
      const gateway = name === "gateway";
      expect(readinessProbe.httpGet?.path).toBe(gateway ? "/livez" : "/readyz");
      expect(startupProbe?.httpGet?.path).toBe(gateway ? "/readyz" : undefined);
      expect(portOf(readinessProbe.httpGet?.port)).toBe(gateway ? 5000 : 8081);
    }
  });

  test("services, disruption budgets and autoscalers select existing pods", () => {
    const labelsOf = (workload: Workload) => workload.spec.template.metadata.labels;
    for (const workload of workloads()) {
      expect(matches(workload.spec.selector.matchLabels, labelsOf(workload))).toBe(true);
      const own = all("PodDisruptionBudget").filter(({ spec }) =>
        matches(spec.selector.matchLabels, labelsOf(workload)),
      );
      expect(own.map(({ spec }) => spec.maxUnavailable)).toEqual([1]);
    }
    for (const { metadata, spec } of all("Service")) {
      const found = workloads().filter((workload) => matches(spec.selector, labelsOf(workload)));
      expect([metadata.name, found.length]).toEqual([metadata.name, 1]);
      const ports = containerOf(found[0] as Workload).ports.map(({ name }) => name);
      for (const { targetPort } of spec.ports) expect(ports).toContain(targetPort);
    }
    const names = all("Service").map(({ metadata }) => metadata.name);
    for (const { kind, spec } of workloads()) {
      if (kind === "StatefulSet") expect(names).toContain(spec.serviceName);
    }
  });

  test("network policies allow exactly the needed connections", () => {
    const policies = all("NetworkPolicy") as unknown as NetworkPolicy[];
    const found = workloads().flatMap((from) =>
      workloads().flatMap((to) =>
        [4222, 5000, 5051, 6222, 8081, 8222, 27_017]
          .filter((port) =>
            mayConnect(
              policies,
              from.spec.template.metadata.labels,
              to.spec.template.metadata.labels,
              port,
            ),
          )
          .map((port) => `${from.metadata.name} → ${to.metadata.name}:${port}`),
      ),
    );
    expect(found.toSorted()).toEqual(CONNECTIONS);
  });
});

test("production has several replicas of each service, and autoscalers for gateway and ai", () => {
  const objects = rendered.get("production") ?? [];
  const replicas = objects
    .filter(({ kind }) => kind === "Deployment" || kind === "StatefulSet")
    .map(({ metadata, spec }) => [metadata.name, spec.replicas]);
  const scaled = objects.filter(({ kind }) => kind === "HorizontalPodAutoscaler");
  expect(Object.fromEntries(replicas)).toEqual({
    ai: undefined,
    auth: 2,
    gateway: undefined,
    loop: 2,
    mongo: 3,
    nats: 3,
    state: 2,
  });
  for (const { metadata, spec } of scaled) {
    expect(spec.scaleTargetRef).toMatchObject({ kind: "Deployment", name: metadata.name });
    expect(spec.minReplicas).toBeGreaterThan(1);
  }
  expect(scaled.map(({ metadata }) => metadata.name).toSorted()).toEqual(["ai", "gateway"]);
});
