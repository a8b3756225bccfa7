import type { JsonObject } from "@vega/contracts";
import type { ModelError } from "../../models/language-model.ts";
import { joinSystemMessages } from "../../models/system-message.ts";
import { isObject } from "../json.ts";

/** How a provider or a model departs from OpenAI's protocol. */
export interface Dialect {
  /** The name of the limit of completion tokens. */
  readonly maxTokens: "max_tokens" | "max_completion_tokens";
  /** Whether it knows the role `developer`; otherwise those messages are system messages. */
  readonly hasDeveloperRole: boolean;
  /** Whether it streams; otherwise the completion is requested as a whole. */
  readonly streams: boolean;
  /** Whether a system message may stand only at the beginning; later ones are joined to the first. */
  readonly systemFirst: boolean;
  /** Parameters that it refuses. */
  readonly refused: readonly string[];
}

/** What most servers with OpenAI's protocol take. */
export const COMMON_DIALECT: Dialect = {
  maxTokens: "max_tokens",
  hasDeveloperRole: false,
  streams: true,
  systemFirst: false,
  refused: [],
};

/** The body of POST /chat/completions. */
export function requestBody(
  model: string,
  messages: readonly JsonObject[],
  options: JsonObject,
  dialect: Dialect,
): JsonObject {
  const { max_tokens, max_completion_tokens, ...others } = options;
  // One limit is sent: the one that budgets reserve.
  const limit = max_completion_tokens ?? max_tokens;
  const wanted = isObject(others.stream_options) ? others.stream_options : {};
  const body: JsonObject = {
    ...others,
    ...(limit !== undefined && { [dialect.maxTokens]: limit }),
    model,
    messages: [...messagesFor(messages, dialect)],
    stream: dialect.streams,
    ...(dialect.streams && { stream_options: { ...wanted, include_usage: true } }),
  };
  if (!dialect.streams) delete body.stream_options;
  for (const name of dialect.refused) delete body[name];
  return body;
}

function messagesFor(messages: readonly JsonObject[], dialect: Dialect): readonly JsonObject[] {
  const known = dialect.hasDeveloperRole ? messages : messages.map(withSystemRole);
  return dialect.systemFirst ? joinSystemMessages(known) : known;
}

const withSystemRole = (message: JsonObject): JsonObject =>
  message.role === "developer" ? { ...message, role: "system" } : message;

/** A refusal of what the request says, not of its values. */
const REFUSAL =
  /unsupported|not supported|does(n't| not) support|unknown|unrecogni[sz]ed|unexpected|extra (inputs|fields)|not permitted|not allowed|no longer|not available|cannot be used/i;
const SYSTEM_PLACE =
  /system (message|role|prompt).{0,40}(beginning|first|start)|roles must alternate|only.{0,20}first message/i;

/** Without these the response would be another one. */
const ESSENTIAL = new Set(["model", "messages", "tools", "tool_choice", "response_format", "n"]);

/**
 * The dialect in which a refused request is sent once more; undefined: the refusal concerns something else.
 * @param body the refused one
 */
export function learnDialect(
  error: ModelError,
  body: JsonObject,
  dialect: Dialect,
): Dialect | undefined {
  if (error.status !== 400 && error.status !== 422) return undefined;
  const { message } = error;
  const roles = Array.isArray(body.messages)
    ? body.messages.map((one) => (isObject(one) ? one.role : undefined))
    : [];
  const hasLateSystem = roles.lastIndexOf("system") > 0 || roles.lastIndexOf("developer") > 0;
  if (SYSTEM_PLACE.test(message) && hasLateSystem && !dialect.systemFirst) {
    return { ...dialect, systemFirst: true };
  }
  if (/developer/i.test(message) && roles.includes("developer")) {
    return { ...dialect, hasDeveloperRole: false };
  }
  if (!REFUSAL.test(`${error.code ?? ""} ${message}`)) return undefined;
  const name = parameterOf(error, body);
  if (name === undefined) return undefined;
  if (name === dialect.maxTokens) {
    const other = name === "max_tokens" ? "max_completion_tokens" : "max_tokens";
    return { ...dialect, maxTokens: other };
  }
  if (name === "stream") return { ...dialect, streams: false };
  return { ...dialect, refused: [...dialect.refused, name] };
}

/** The parameter of the body that a refusal names. */
function parameterOf(error: ModelError, body: JsonObject): string | undefined {
  const names = Object.keys(body).filter((name) => !ESSENTIAL.has(name));
  const said = error.parameter?.split(".")[0];
  if (said !== undefined && names.includes(said)) return said;
  // The longest first: `stream_options` is not `stream`.
  const mentions = (name: string) => new RegExp(`\\b${name}(ing)?\\b`, "i").test(error.message);
  return names.toSorted((a, b) => b.length - a.length).find(mentions);
}
