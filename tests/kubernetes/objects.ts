/** The parts of manifests that the tests read; the schemas prove the rest. */

export type Labels = Readonly<Record<string, string>>;

export interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string };
}

export interface Container {
  readonly image: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly envFrom?: readonly { readonly configMapRef: { readonly name: string } }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly resources: { readonly requests?: Labels; readonly limits?: Labels };
  readonly securityContext: object;
  readonly startupProbe?: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

export interface Volume {
  readonly name: string;
  readonly secret?: { readonly secretName: string; readonly optional?: boolean };
  readonly configMap?: { readonly name: string; readonly optional?: boolean };
}

export interface Workload {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly replicas?: number;
    readonly serviceName?: string;
    readonly selector: { readonly matchLabels: Labels };
    readonly template: {
      readonly metadata: { readonly labels: Labels };
      readonly spec: {
        readonly automountServiceAccountToken?: boolean;
        readonly securityContext: object;
        readonly containers: readonly Container[];
        readonly volumes: readonly Volume[];
      };
    };
  };
}

export interface Peer {
  readonly podSelector?: { readonly matchLabels?: Labels };
  readonly namespaceSelector?: { readonly matchLabels?: Labels };
  readonly ipBlock?: { readonly cidr: string };
}
interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { readonly port: number }[];
}
export interface NetworkPolicy {
  readonly spec: {
    readonly podSelector: { readonly matchLabels?: Labels };
    readonly policyTypes: readonly string[];
    readonly ingress?: readonly Rule[];
    readonly egress?: readonly Rule[];
  };
}

export const matches = (wanted: Labels | undefined, labels: Labels): boolean =>
  Object.entries(wanted ?? {}).every(([key, value]) => labels[key] === value);

/** Whether pods with these labels may connect: egress of one and ingress of the other have to allow it. */
export function mayConnect(
  policies: readonly NetworkPolicy[],
  from: Labels,
  to: Labels,
  port: number,
): boolean {
  const allows = (rules: readonly Rule[] | undefined, side: "from" | "to", other: Labels) =>
    (rules ?? []).some(
      (rule) =>
        (rule.ports ?? []).some((allowed) => allowed.port === port) &&
        (rule[side] ?? []).some(
          // A namespace selector means another namespace; all pods here are in one.
          ({ podSelector, namespaceSelector }) =>
            podSelector && !namespaceSelector && matches(podSelector.matchLabels, other),
        ),
    );
  const about = (labels: Labels, type: string) =>
    policies.filter(
      ({ spec }) =>
        spec.policyTypes.includes(type) && matches(spec.podSelector.matchLabels, labels),
    );
  const isLet = (found: readonly NetworkPolicy[], check: (policy: NetworkPolicy) => boolean) =>
    found.length === 0 || found.some(check);
  return (
    isLet(about(from, "Egress"), ({ spec }) => allows(spec.egress, "to", to)) &&
    isLet(about(to, "Ingress"), ({ spec }) => allows(spec.ingress, "from", from))
  );
}
