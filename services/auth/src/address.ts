import { isIPv6 } from "node:net";

const groups = (text: string | undefined) => (text ? text.split(":") : []);

/**
 * Under what an address is counted: an IPv6 address by its /64, which is what one customer has (RFC 6177), an IPv4
 * address as it is, also where it is written as IPv6. All that come without one share a count.
 */
export function addressKey(address: string | undefined): string {
  if (!address) return "none";
  const bare = address.replace(/%.*$/, "");
  if (!isIPv6(bare)) return bare.toLowerCase();
  // URL writes an address in its one canonical form (RFC 5952), IPv4 within it as hexadecimal.
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
