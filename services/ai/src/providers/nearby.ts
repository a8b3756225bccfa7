import { BlockList, isIP } from "node:net";

/** Loopback, private, link-local and shared addresses. Source: RFC 1918, RFC 4193, RFC 6598, RFC 6890 */
const ADDRESSES = new BlockList();
for (const [network, prefix] of [
  ["127.0.0.0", 8],
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["169.254.0.0", 16],
  ["100.64.0.0", 10],
] as const) {
  ADDRESSES.addSubnet(network, prefix, "ipv4");
}
ADDRESSES.addAddress("::1", "ipv6");
ADDRESSES.addSubnet("fc00::", 7, "ipv6");
ADDRESSES.addSubnet("fe80::", 10, "ipv6");

/** Names that only a local network resolves: one label (Docker, Kubernetes), or a reserved domain. */
const NAME = /^[^.]+$|\.(localhost|local|internal|lan|home\.arpa|svc|cluster\.local)$/;

/** Whether a URL names a server on this machine or its network. */
export function isNearby(url: string): boolean {
  const host = URL.parse(url)?.hostname.replace(/^\[|\]$/g, "") ?? "";
  const version = isIP(host);
  if (version === 0) return NAME.test(host);
  return ADDRESSES.check(host, version === 4 ? "ipv4" : "ipv6");
}
