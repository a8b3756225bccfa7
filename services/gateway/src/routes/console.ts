import { VegaError } from "@vega/contracts";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ConsoleFile } from "../console/files.ts";
import { readConsoleFiles } from "../console/files.ts";
import { acceptedEncoding, acceptsHtml } from "../console/negotiate.ts";
import type { Routes } from "../dependencies.ts";
import { pageHeaders } from "../plugins/security-headers.ts";
import { matchesEtag } from "../read-model/etag.ts";

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "worker-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types vega dompurify",
].join("; ");

/** Names of files under `assets/` have a hash of their content. */
const IMMUTABLE = "public, max-age=31536000, immutable";

function sendFile(request: FastifyRequest, reply: FastifyReply, path: string, file: ConsoleFile) {
  const { "accept-encoding": accepted, "if-none-match": known } = request.headers;
  void reply.headers({
    "content-type": file.type,
    "cache-control": path.startsWith("assets/") ? IMMUTABLE : "no-cache",
    "x-content-type-options": "nosniff",
    etag: file.etag,
    vary: [...[reply.getHeader("vary") ?? []].flat(), "Accept-Encoding"].join(", "),
  });
  if (known !== undefined && matchesEtag(known, file.etag.replace(/^W\//, ""))) {
    return reply.code(304).send();
  }
  const encoding = acceptedEncoding(accepted, file.encoded);
  if (!encoding) return reply.send(file.bytes);
  return reply.header("content-encoding", encoding.name).send(encoding.bytes);
}

/** The console: one page for all addresses, and its files. */
export const consoleRoutes: Routes = async (app, { config }) => {
  const files = readConsoleFiles(config.consoleFolder);
  const page = files.get("index.html");
  const hidden = { config: { access: "open" }, schema: { hide: true } } as const;

  const sendPage = (request: FastifyRequest, reply: FastifyReply) => {
    if (!page) {
      throw new VegaError(
        "not_found",
        `the console is not built: ${config.consoleFolder} has no index.html; start VEGA with ./vega start, which builds it`,
      );
    }
    return sendFile(request, reply, "index.html", page);
  };

  await app.register(async (pages) => {
    await pages.register(pageHeaders, { contentSecurityPolicy: CONTENT_SECURITY_POLICY });

    pages.get("/", hidden, (request, reply) => {
      void reply.header("vary", "Accept");
      // Programs that look at the root find the API's documentation.
      if (!page || !acceptsHtml(request.headers.accept)) return reply.redirect("/docs");
      return sendPage(request, reply);
    });

    for (const path of ["/admin", "/admin-login", "/console"]) pages.get(path, hidden, sendPage);

    pages.get<{ Params: { "*": string } }>("/console/*", hidden, (request, reply) => {
      const path = request.params["*"];
      const file = files.get(path);
      if (file) return sendFile(request, reply, path, file);
      if (path.startsWith("assets/"))
        throw new VegaError("not_found", `route not found: ${request.url}`);
      return sendPage(request, reply);
    });
  });
};
