import type { Json, JsonObject } from "@vega/contracts";
import type { ChatRequest } from "../../models/language-model.ts";
import { translateMessages } from "./messages.ts";
import { isObject } from "../json.ts";

/** Anthropic requires max_tokens; all current models support this number. */
const MAX_TOKENS = 8_192;

const JSON_ONLY = "Respond with one JSON object and nothing else.";

/**
 * The body of POST /v1/messages. Options without an equivalent, such as `seed`, are left out.
 * Throws ModelError `invalid` for messages without an equivalent.
 * Source: https://docs.anthropic.com/en/api/messages
 */
export function translateRequest({ model, messages, options }: ChatRequest): JsonObject {
  const translated = translateMessages(messages);
  const { response_format: format, stop } = options;
  const wantsObject = isObject(format) && format.type === "json_object";
  const system = [translated.system, wantsObject ? JSON_ONLY : ""].filter(Boolean).join("\n\n");
  const tools = toolsOf(options.tools);
  return {
    model,
    messages: translated.messages,
    stream: true,
    max_tokens: options.max_completion_tokens ?? options.max_tokens ?? MAX_TOKENS,
    ...(system && { system }),
    // OpenAI's maximum is 2.
    ...(typeof options.temperature === "number" && {
      temperature: Math.min(1, options.temperature),
    }),
    ...(typeof options.top_p === "number" && { top_p: options.top_p }),
    ...(stop != null && { stop_sequences: Array.isArray(stop) ? stop : [stop] }),
    ...(tools.length > 0 && { tools, ...toolChoiceOf(options) }),
    ...(typeof options.user === "string" && { metadata: { user_id: options.user } }),
    ...(isObject(options.thinking) && { thinking: options.thinking }),
    ...schemaOf(format),
  };
}

function toolsOf(tools: Json | undefined): JsonObject[] {
  if (!Array.isArray(tools)) return [];
  return tools.flatMap((tool) => {
    if (!isObject(tool) || !isObject(tool.function)) return [];
    const { name, description, parameters } = tool.function;
    const input_schema = parameters ?? { type: "object", properties: {} };
    return [{ name: name ?? "", ...(description != null && { description }), input_schema }];
  });
}

function toolChoiceOf({ tool_choice, parallel_tool_calls }: JsonObject): JsonObject {
  const choice = choiceOf(tool_choice);
  if (parallel_tool_calls !== false || choice?.type === "none") {
    return choice ? { tool_choice: choice } : {};
  }
  return { tool_choice: { ...(choice ?? { type: "auto" }), disable_parallel_tool_use: true } };
}

function choiceOf(choice: Json | undefined): JsonObject | undefined {
  if (choice === "auto" || choice === "none") return { type: choice };
  if (choice === "required") return { type: "any" };
  if (!isObject(choice) || !isObject(choice.function)) return undefined;
  return { type: "tool", name: choice.function.name ?? "" };
}

/** Source: https://docs.anthropic.com/en/docs/build-with-claude/structured-outputs */
function schemaOf(format: Json | undefined): JsonObject {
  if (!isObject(format) || format.type !== "json_schema" || !isObject(format.json_schema))
    return {};
  const { schema } = format.json_schema;
  if (!isObject(schema)) return {};
  return { output_config: { format: { type: "json_schema", schema } } };
}
