import { beforeAll, describe, expect, test } from "vitest";
import { findKustomize } from "./kustomize.ts";
import type { Manifest } from "./schemas.ts";
import { bringSchemas, openSchemas } from "./schemas.ts";

/** The oldest supported version and the newest one. */
const VERSIONS = ["1.30", "1.37"];

const OVERLAYS = ["small", "production"];

const rendered = new Map<string, Manifest[]>();
let schemas: string;
beforeAll(async () => {
  const [kustomize, folder] = await Promise.all([findKustomize(), bringSchemas(VERSIONS)]);
  schemas = folder;
  for (const overlay of OVERLAYS) {
    rendered.set(overlay, await kustomize(`deploy/kubernetes/${overlay}`));
  }
});

describe.each(VERSIONS)("Kubernetes %s", (version) => {
  let faultsOf: (manifest: Manifest) => string[];
  beforeAll(() => {
    faultsOf = openSchemas(schemas, version);
  });

  test.each(OVERLAYS)("accepts %s without unknown fields", (overlay) => {
    const manifests = rendered.get(overlay) ?? [];
    expect(manifests.length).toBeGreaterThan(20);
    expect(manifests.flatMap(faultsOf)).toEqual([]);
  });

  test("refuses an unknown field", () => {
    const manifests = structuredClone(rendered.get("small")) as unknown as {
      kind: string;
      spec: { template: { spec: { containers: Record<string, unknown>[] } } };
    }[];
    const deployment = manifests.find(({ kind }) => kind === "Deployment");
    Object.assign(deployment?.spec.template.spec.containers[0] ?? {}, { readynessProbe: {} });
    expect(faultsOf(deployment as unknown as Manifest)).toEqual([
      '/spec/template/spec/containers/0: must NOT have additional properties {"additionalProperty":"readynessProbe"}',
    ]);
    expect(
      faultsOf({ apiVersion: "autoscaling/v2beta2", kind: "HorizontalPodAutoscaler" }),
    ).toEqual([`Kubernetes ${version} knows no autoscaling/v2beta2 HorizontalPodAutoscaler`]);
  });
});
