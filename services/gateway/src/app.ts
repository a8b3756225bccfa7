import cookie from "@fastify/cookie";
import type { FastifyBaseLogger } from "fastify";
import fastify, { LogController } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { HttpApp, Dependencies } from "./dependencies.ts";
import { admission, SERVER_OPTIONS } from "./plugins/admission.ts";
import { auth } from "./plugins/auth.ts";
import { bodies } from "./plugins/bodies.ts";
import { bodyTimeout } from "./plugins/body-timeout.ts";
import { sendClientError } from "./plugins/client-error.ts";
import { errors, sendError } from "./plugins/errors.ts";
import { countRequests } from "./plugins/count-requests.ts";
import { disabledModules } from "./plugins/disabled-modules.ts";
import { notFound } from "./plugins/not-found.ts";
import { requestContext, requestIdOf } from "./plugins/request-context.ts";
import { requestLog } from "./plugins/request-log.ts";
import { setSequenceHeader, sequence } from "./plugins/sequence.ts";
import { spans } from "./plugins/spans.ts";
import { strictInput } from "./plugins/strict-input.ts";
import { serializerCompiler, validatorCompiler } from "./plugins/validation.ts";
import { openApi } from "./routes/docs.ts";
import * as routes from "./routes/index.ts";

/** Timeout for receiving the headers of a request. */
const HEADERS_TIMEOUT_MS = 30_000;
/** Timeout for receiving a whole request, which may be a large upload; bodies without files have a shorter one. */
const REQUEST_TIMEOUT_MS = 3_600_000;
/** Longer than the idle timeout of common proxies, so that the proxy closes the connection first. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000;
/** The longest memory key, every character percent-encoded. */
const MAX_PARAM_LENGTH = 2_048;

/** Builds the HTTP application without listening. */
export async function buildApp(dependencies: Dependencies): Promise<HttpApp> {
  const { config, readModel } = dependencies;
  const loggerInstance: FastifyBaseLogger = dependencies.log;
  const app: HttpApp = fastify({
    loggerInstance,
    // A child logger for each request costs more than the request; log lines name it explicitly.
    childLoggerFactory: (parent) => parent,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIdOf,
    bodyLimit: config.limits.bodyBytes,
    trustProxy: config.trustedProxies === false ? false : [...config.trustedProxies],
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    http: { ...SERVER_OPTIONS, headersTimeout: HEADERS_TIMEOUT_MS },
    // The plugin `admission` sends 503 as a problem document.
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAX_PARAM_LENGTH },
    clientErrorHandler: (error, socket) => sendClientError(error, socket, readModel.sequence()),
    // The hooks do not run for a malformed URL.
    frameworkErrors(error, request, reply) {
      setSequenceHeader(reply, readModel.sequence());
      void reply.headers({ "x-request-id": request.id, "x-content-type-options": "nosniff" });
      sendError(dependencies, error, request, reply);
    },
  }).withTypeProvider<ZodTypeProvider>();

  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  await app.register(errors, dependencies);
  await app.register(requestContext);
  await app.register(spans, dependencies);
  await app.register(requestLog, dependencies);
  await app.register(countRequests, dependencies);
  await app.register(sequence, dependencies);
  await app.register(cookie);
  await app.register(admission, dependencies);
  await app.register(auth, dependencies);
  await app.register(disabledModules, dependencies);
  await app.register(bodyTimeout);
  await app.register(bodies);
  await app.register(notFound);
  await app.register(strictInput);
  await app.register(openApi);
  for (const register of Object.values(routes)) await app.register(register, dependencies);
  await app.ready();
  return app;
}
