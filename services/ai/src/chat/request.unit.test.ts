import { createHash } from "node:crypto";
import type { JsonObject } from "@vega/contracts";
import { newMessageSchema, VegaError } from "@vega/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromStored, readRequest, toStored } from "./request.ts";

const CONVERSATION = "6b1f6f0a-3c1e-4a5e-9d53-2f4a1f0f9a11";
const hello = { role: "user", content: "hello" };
const read = (body: object) => readRequest(JSON.stringify({ messages: [hello], ...body }));

function refusalOf(bodyJson: string): VegaError {
  try {
    readRequest(bodyJson);
  } catch (error) {
    if (error instanceof VegaError) return error;
    throw error;
  }
  throw new Error("it was taken");
}

describe("a request", () => {
  test("with messages only uses the preferred model, no streaming and no memory", () => {
    expect(read({})).toEqual({
      model: undefined,
      fallbacks: [],
      background: false,
      messages: [hello],
      options: {},
      stream: false,
      conversation: undefined,
      memory: [],
    });
  });

  test("forwards everything except VEGA's members, unknown members of messages included", () => {
    const named = { ...hello, name: "Ada", what_comes_next: [1] };
    const ours = { model: " a/b ", fallbacks: ["c"], stream: true, messages: [named] };
    const theirs = { temperature: 0.5, tools: [{ type: "function" }], n: 1, new_option: { a: 1 } };
    const vega = { vega_conversation: CONVERSATION, vega_memory: false };
    expect(read({ ...ours, ...theirs, ...vega })).toMatchObject({
      model: "a/b",
      fallbacks: ["c"],
      conversation: CONVERSATION,
      messages: [named],
    });
    expect(read({ ...ours, ...theirs, ...vega }).options).toEqual(theirs);
  });

  test("may have null for optional members", () => {
    const nothing = { model: null, stream: null, n: null, fallbacks: null };
    const asked = read({ ...nothing, vega_conversation: null, vega_memory: null });
    expect(asked).toMatchObject({ model: undefined, fallbacks: [], memory: [] });
    expect(asked.conversation).toBeUndefined();
  });

  test.each<[unknown, string[]]>([
    [true, ["default"]],
    [false, []],
    [{ namespaces: ["work", "home"] }, ["work", "home"]],
  ])("of memory %j reads %j", (vega_memory, namespaces) => {
    expect(read({ vega_memory }).memory).toEqual(namespaces);
  });

  test.each<[object, string]>([
    [{ messages: [] }, "messages"],
    [{ messages: [hello, { role: "user" }] }, "messages.1"],
    [{ messages: [{ role: "wizard", content: "x" }] }, "messages.0.role"],
    [{ messages: [{ role: "user", content: 3 }] }, "messages.0.content"],
    [{ messages: Array.from({ length: 1_001 }, () => hello) }, "messages"],
    [{ n: 2 }, "n"],
    [{ model: "" }, "model"],
    [{ vega_conversation: "mine" }, "vega_conversation"],
    // A request can't name the owner of a namespace.
    [{ vega_memory: { namespaces: [`~${CONVERSATION}~default`] } }, "vega_memory.namespaces.0"],
    [{ vega_memory: { namespaces: [] } }, "vega_memory.namespaces"],
  ])("is refused if invalid: %j", (body, path) => {
    const { code, details, message } = refusalOf(JSON.stringify({ messages: [hello], ...body }));
    expect(code).toBe("invalid");
    expect(message).toContain(details[0]?.path);
    // For a union zod may not name the member.
    expect(path.startsWith(details[0]?.path ?? "nowhere")).toBe(true);
  });

  test("property: any body is accepted or refused, without an internal error", () => {
    const bodies = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((json) => `{"messages":[{"role":"user","content":${json}}]}`),
    );
    fc.assert(
      fc.property(bodies, (bodyJson) => {
        try {
          expect(readRequest(bodyJson).messages.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toMatchObject({ name: "VegaError", code: "invalid" });
        }
      }),
    );
    for (const body of ["", "null", "[]", "3"]) expect(refusalOf(body).code).toBe("invalid");
  });
});

const plain = fc.string({ unit: "grapheme" });
const messages = fc.record(
  {
    role: fc.constantFrom("system", "developer", "user", "tool", "assistant"),
    content: fc.oneof(plain, fc.array(fc.record({ type: fc.constant("text"), text: plain }))),
    tool_calls: fc.constantFrom(null, [], [{ id: "a", function: { name: "f", arguments: "{}" } }]),
    tool_call_id: fc.constantFrom(null, "a"),
    name: plain,
  },
  { requiredKeys: ["role", "content"] },
);

test("property: stored messages are valid, and storing them again changes nothing", () => {
  fc.assert(
    fc.property(messages, (message) => {
      const stored = toStored(message as JsonObject);
      expect(newMessageSchema.parse(stored)).toEqual(stored);
      expect(toStored(fromStored(stored))).toEqual(stored);
      expect(fromStored(stored).content).toEqual(message.content);
    }),
  );
});

test("missing content is null, empty tool calls are dropped, the role developer becomes system", () => {
  const empty = { role: "assistant", tool_calls: [], tool_call_id: "" };
  expect(toStored(empty)).toEqual({ role: "assistant", content: null });
  expect(toStored({ role: "developer", content: "Be brief." })).toMatchObject({ role: "system" });
});

test("large files are replaced by their digest; long texts and small pictures stay", () => {
  const long = "AAAA".repeat(25_000);
  const text = { type: "text", text: long };
  const picture = { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } };
  const big = { type: "image_url", image_url: { url: `data:image/png;base64,${long}` } };
  const sound = { type: "input_audio", input_audio: { data: long, format: "wav" } };
  const bytes = Buffer.alloc(75_000);
  const prefix = "data:image/png;base64,";
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const blob = { sha256, bytes: 75_000, encoding: "base64" };
  expect(toStored({ role: "user", content: [text, picture, big, sound] }).content).toEqual([
    text,
    picture,
    {
      type: "image_url",
      image_url: {},
      vega_blobs: [{ ...blob, media_type: "image/png", path: ["image_url", "url"], prefix }],
    },
    {
      type: "input_audio",
      input_audio: { format: "wav" },
      vega_blobs: [{ ...blob, media_type: "audio/wav", path: ["input_audio", "data"], prefix: "" }],
    },
  ]);
});
