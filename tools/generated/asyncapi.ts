import type { EventContract } from "@vega/contracts";
import { ALL_EVENTS_SUBJECT, cloudEventSchema, EVENTS_STREAM, LOG_EVENTS } from "@vega/contracts";
import { z } from "zod";

/*
 * docs/reference/asyncapi.json: the events of the log for who reads them from outside, as AsyncAPI 3.0 has it
 * (https://www.asyncapi.com/docs/reference/specification/v3.0.0). Requests are none of it: only services ask.
 */

const ENVELOPE = "cloudEvent";

export function asyncApi(version: string): object {
  const named = LOG_EVENTS.map((event) => [nameOf(event), event] as const);
  return {
    asyncapi: "3.0.0",
    info: {
      title: "VEGA's events",
      version,
      description:
        "Every change of VEGA, as CloudEvents 1.0 in structured JSON, in the order of one log. How to read them: docs/reference/events.md.",
    },
    defaultContentType: "application/cloudevents+json",
    servers: {
      bus: {
        host: "127.0.0.1:4222",
        protocol: "nats",
        description: "`nats_url` in <data>/run.json says where it is, with an observer's password",
        security: [{ $ref: "#/components/securitySchemes/observer" }],
      },
    },
    channels: Object.fromEntries(
      named.map(([name, { subject, summary }]) => [
        name,
        {
          address: subject,
          description: summary,
          messages: { [name]: { $ref: `#/components/messages/${name}` } },
        },
      ]),
    ),
    operations: Object.fromEntries(
      named.map(([name, { summary }]) => [
        name,
        {
          action: "send",
          channel: { $ref: `#/channels/${name}` },
          summary,
          messages: [{ $ref: `#/channels/${name}/messages/${name}` }],
        },
      ]),
    ),
    components: {
      securitySchemes: {
        observer: {
          type: "userPassword",
          description: `User observer: subscribes to ${ALL_EVENTS_SUBJECT} and reads the stream ${EVENTS_STREAM.name}`,
        },
      },
      messages: Object.fromEntries(
        named.map(([name, { type, summary }]) => [
          name,
          {
            name: type,
            summary,
            payload: { $ref: `#/components/schemas/${name}` },
          },
        ]),
      ),
      schemas: {
        [ENVELOPE]: jsonSchema(cloudEventSchema),
        ...Object.fromEntries(named.map(([name, event]) => [name, payload(event)])),
      },
    },
  };
}

/** `memory.changed`, from the subject. */
const nameOf = ({ subject }: EventContract): string => subject.split(".").slice(2).join(".");

function payload({ type, data }: EventContract): object {
  return {
    allOf: [{ $ref: `#/components/schemas/${ENVELOPE}` }],
    type: "object",
    properties: { type: { const: type }, data: jsonSchema(data) },
    required: ["data"],
  };
}

/** What leaves, as readers may rely on: members may be added any time. */
function jsonSchema(schema: z.ZodType): object {
  const { $schema: _, ...result } = z.toJSONSchema(schema, {
    target: "draft-7",
    io: "output",
    unrepresentable: "any",
    override({ jsonSchema: part }) {
      if (part.additionalProperties === false) delete part.additionalProperties;
      // Says the same as the format, at length.
      if (part.format !== undefined) delete part.pattern;
    },
  });
  return result;
}
