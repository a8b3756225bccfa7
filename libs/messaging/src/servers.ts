/** `nats://token@host:port` or `nats://user:password@host:port`; several servers are separated by commas. */
export function parseServers(url: string) {
  const urls = url.split(",").map((part) => new URL(part.trim()));
  const first = urls[0];
  if (!first) throw new Error("the URL of the bus is empty");
  const user = decodeURIComponent(first.username);
  const pass = decodeURIComponent(first.password);
  const credentials = user === "" ? {} : pass === "" ? { token: user } : { user, pass };
  return { servers: urls.map((part) => part.host), ...credentials };
}
