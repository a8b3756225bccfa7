import { isIPv6 } from "node:net";

const groups = (text: string | undefined) => (text ? text.split(":") : []);

/**
 * The key of an address in throttles: the /64 of an IPv6 address, which is what one customer gets (RFC 6177); an IPv4
 * address unchanged, also where it is mapped into IPv6. Callers without an address share one key.
 */
export function addressKey(address: string | undefined): string {
  if (!address) return "none";
  const bare = address.replace(/%.*$/, "");
  if (!isIPv6(bare)) return bare.toLowerCase();
  // URL gives the canonical form (RFC 5952), with an embedded IPv4 address in hexadecimal.
  const canonical = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const [head = "", tail] = canonical.split("::");
  const missing = 8 - groups(head).length - groups(tail).length;
  const all =
    tail === undefined
      ? groups(head)
      : [...groups(head), ...Array.from({ length: missing }, () => "0"), ...groups(tail)];
  if (all.slice(0, 6).join(":") === "0:0:0:0:0:ffff") {
    const [high = 0, low = 0] = all.slice(6).map((group) => Number.parseInt(group, 16));
    return [high >> 8, high & 255, low >> 8, low & 255].join(".");
  }
  return `${all.slice(0, 4).join(":")}::/64`;
}
