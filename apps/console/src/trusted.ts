/* Trusted Types: the only places that turn a text into a script's address. HTML is made trusted by DOMPurify alone. */

interface Policy {
  createScriptURL(url: string): unknown;
}
interface Factory {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): Policy;
}

const ownOnly = (url: string): string => {
  if (new URL(url, location.href).origin === location.origin) return url;
  throw new TypeError(`the script ${url} is from another origin`);
};

const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes;
const policy = factory?.createPolicy("vega", { createScriptURL: ownOnly });

/** The address of a script of this server, for a worker. */
export const scriptUrl = (url: string): unknown => policy?.createScriptURL(url) ?? ownOnly(url);
