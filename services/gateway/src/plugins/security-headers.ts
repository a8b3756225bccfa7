import fp from "fastify-plugin";

/**
 * What a browser is allowed to do with a page of ours. Styles inline: Swagger UI sets them from its scripts.
 * Only pages get these: on JSON they would cost more than the answer, and mean nothing.
 */
const PAGE_HEADERS = {
  "content-security-policy": [
    "default-src 'self'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "img-src 'self' data:",
    "object-src 'none'",
    "script-src 'self'",
    "script-src-attr 'none'",
    "style-src 'self' 'unsafe-inline'",
  ].join("; "),
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "referrer-policy": "no-referrer",
  "x-dns-prefetch-control": "off",
  "x-frame-options": "DENY",
} as const;

/** The full set of security headers, for the instance that serves pages. */
export const securityHeaders = fp(async (app) => {
  app.addHook("onRequest", (_request, reply, done) => {
    void reply.headers(PAGE_HEADERS);
    done();
  });
});
