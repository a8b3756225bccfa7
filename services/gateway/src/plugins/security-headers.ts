import fp from "fastify-plugin";

/** Of pages without one of their own. Inline styles: Swagger UI sets them from its scripts. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "img-src 'self' data:",
  "object-src 'none'",
  "script-src 'self'",
  "script-src-attr 'none'",
  "style-src 'self' 'unsafe-inline'",
].join("; ");

/** JSON responses do not get them: there they have no effect and would cost more than the route. */
const PAGE_HEADERS = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "referrer-policy": "no-referrer",
  "x-dns-prefetch-control": "off",
  "x-frame-options": "DENY",
} as const;

/** Sets the security headers; registered on the instance that serves pages. */
export const pageHeaders = fp(async (app, options: { readonly contentSecurityPolicy?: string }) => {
  const policy = options.contentSecurityPolicy ?? CONTENT_SECURITY_POLICY;
  const headers = { "content-security-policy": policy, ...PAGE_HEADERS };
  app.addHook("onRequest", (_request, reply, done) => {
    void reply.headers(headers);
    done();
  });
});
