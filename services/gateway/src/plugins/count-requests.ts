import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction, RouteOptions } from "fastify";
import fp from "fastify-plugin";
import { isDownload, isPageView } from "../analytics/classify.ts";
import type { Dependencies } from "../dependencies.ts";

const API = /^\/(?:api|v1)\//;
const NOT_COUNTED = new Set(["HEAD", "OPTIONS"]);

/** Headers of a response are strings here: numbers and lists have other names. */
const textOf = (reply: FastifyReply, header: string): string => {
  const value = reply.getHeader(header);
  return typeof value === "string" ? value : "";
};

/** The tag of the operation: a short list that does not depend on what clients send. */
const groupOf = ({ schema, url }: RouteOptions): string =>
  schema?.tags?.[0] ?? (url.startsWith("/v1/") ? "v1" : "other");

/** Routes that anyone may read have public paths. Others may have names of accounts' data in them. */
const downloadOf = (request: FastifyRequest, route: RouteOptions): string => {
  const { access } = route.config ?? {};
  if (access !== "open" && access !== "public") return route.url;
  return request.url.split("?", 1)[0] ?? route.url;
};

/** Counts API calls by group, page views by route, and downloads. Probes and unknown paths do not count. */
export const countRequests = fp(async (app, { recorder }: Dependencies) => {
  if (!recorder) return;
  const counterOf = (route: RouteOptions) => {
    const isApi = API.test(route.url);
    const group = groupOf(route);
    return (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void => {
      if (NOT_COUNTED.has(request.method)) return done();
      if (isApi) recorder.apiCall(request, group, reply);
      else if (isPageView(request, reply.statusCode, textOf(reply, "content-type"))) {
        recorder.pageView(request, route.url);
      }
      if (isDownload(request, reply.statusCode, textOf(reply, "content-disposition"))) {
        recorder.download(downloadOf(request, route));
      }
      done();
    };
  };
  app.addHook("onRoute", (route) => {
    if (route.config?.kind === "probe") return;
    route.onResponse = [...[route.onResponse ?? []].flat(), counterOf(route)];
  });
});
