import type { ServiceName } from "./service-environment.ts";

/** In the order of their inspector ports. */
const ORDER: readonly ServiceName[] = ["gateway", "state", "loop", "ai", "auth"];

export const HIGHEST_INSPECTOR_PORT = 65_535 - (ORDER.length - 1);

/** Node's flags for the inspector of one service. @param port of the gateway; undefined: no inspector */
export const inspectorFlags = (name: ServiceName, port: number | undefined): string[] =>
  port === undefined ? [] : [`--inspect=127.0.0.1:${port + ORDER.indexOf(name)}`];

const INSPECTOR_OPTION =
  /(?<=^|\s)--(?:inspect|debug)(?:-(?:brk|wait|publish-uid)|-port(?:[= ]\S+)?)?(?:=\S*)?(?=\s|$)/g;

/** NODE_OPTIONS without the inspector: the port belongs to one process, and all services inherit the variable. */
export const withoutInspector = (nodeOptions: string): string =>
  nodeOptions.replaceAll(INSPECTOR_OPTION, "").replaceAll(/\s+/g, " ").trim();
