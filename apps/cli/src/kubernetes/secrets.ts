/** Name of the Secret → its keys, and the file of `vega secrets compose` for each. Each component gets only what it needs. */
const PARTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "vega-gateway": {
    nats_url: "nats_url_gateway",
    vega_admin_token: "vega_admin_token",
    internal_token: "internal_token",
  },
  "vega-state": { nats_url: "nats_url_state", mongo_vega_password: "mongo_vega_password" },
  "vega-loop": { nats_url: "nats_url_loop" },
  "vega-ai": { nats_url: "nats_url_ai", internal_token: "internal_token" },
  "vega-auth": {
    nats_url: "nats_url_auth",
    vega_secret: "vega_secret",
    vega_admin_password: "vega_admin_password",
    smtp_url: "smtp_url",
  },
  nats: { nats_auth: "nats_auth", nats_route: "nats_route" },
  mongo: {
    mongo_key: "mongo_key",
    mongo_root_password: "mongo_root_password",
    mongo_vega_password: "mongo_vega_password",
  },
};

export interface Secret {
  readonly apiVersion: "v1";
  readonly kind: "Secret";
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly type: "Opaque";
  /** Base64. */
  readonly data: Readonly<Record<string, string>>;
}

/** The Secrets that deploy/kubernetes mounts. @param read returns the content of a file of the folder secrets/ */
export function kubernetesSecrets(read: (name: string) => string, namespace: string): Secret[] {
  return Object.entries(PARTS).map(([name, keys]) => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace },
    type: "Opaque",
    data: Object.fromEntries(
      Object.entries(keys).map(([key, file]) => [key, Buffer.from(read(file)).toString("base64")]),
    ),
  }));
}
