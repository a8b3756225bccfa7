import type { JsonObject } from "@vega/contracts";
import fc from "fast-check";

/** An intended tool call. `id`: expected id; undefined: made by VEGA. */
export interface MeantCall {
  readonly id: string | undefined;
  readonly name: string;
  readonly args: string;
}

/** A provider's labels of the pieces of tool calls. */
interface Labels {
  readonly id: "first" | "always" | "none" | "each_its_own" | "one_for_all";
  readonly index: "own" | "zero" | "none" | "from_three";
  readonly name: "first" | "always";
  readonly order: "one_after_the_other" | "interleaved";
}

/** Whether the labels determine the call of each piece. */
function isDecidable({ id, index, name, order }: Labels): boolean {
  const hasIndex = index === "own" || index === "from_three";
  if (id === "one_for_all") return hasIndex && order === "one_after_the_other";
  if (order === "interleaved" && !hasIndex && id !== "always") return false;
  return id !== "each_its_own" || name === "first";
}

const labels: fc.Arbitrary<Labels> = fc
  .record<Labels>({
    id: fc.constantFrom("first", "always", "none", "each_its_own", "one_for_all"),
    index: fc.constantFrom("own", "zero", "none", "from_three"),
    name: fc.constantFrom("first", "always"),
    order: fc.constantFrom("one_after_the_other", "interleaved"),
  })
  .filter(isDecidable);

const args = fc
  .dictionary(fc.string({ maxLength: 5 }), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 })
  .map((value) => JSON.stringify(value));
const calls = fc.array(fc.record({ name: fc.constantFrom("weather", "time"), args }), {
  minLength: 1,
  maxLength: 4,
});

/** Deltas of a stream, and the intended tool calls. */
export interface ProviderStream {
  readonly labels: Labels;
  readonly deltas: JsonObject[];
  readonly meant: MeantCall[];
}

/** Random tool calls, split and labelled like those of real providers. */
export const providerStreams: fc.Arbitrary<ProviderStream> = fc
  .record({ labels, calls, cuts: fc.array(fc.nat(), { maxLength: 4 }), inOneDelta: fc.boolean() })
  .map(({ labels: how, calls: wanted, cuts, inOneDelta }) => {
    const queues = wanted.map((call, at) => piecesOf(call, at, how, cuts));
    const turns =
      how.order === "interleaved"
        ? (queues[0] ?? []).map((_, turn) => queues.flatMap((queue) => queue[turn] ?? []))
        : queues.flatMap((queue) => queue.map((piece) => [piece]));
    // Entries of one list with names and without labels are separate calls.
    const apart = how.name === "always" && how.index === "none" && how.id !== "always";
    const lists = inOneDelta && !apart ? [turns.flat()] : turns;
    const meant = wanted.map(({ name, args: whole }, at) => ({
      id: meantId(how, at),
      name,
      args: whole,
    }));
    return { labels: how, deltas: lists.map((tool_calls) => ({ tool_calls })), meant };
  });

function meantId({ id }: Labels, at: number): string | undefined {
  if (id === "none") return undefined;
  if (id === "one_for_all") return at === 0 ? "same" : undefined;
  return id === "each_its_own" ? `c${at}-0` : `c${at}`;
}

function piecesOf(
  { name, args: whole }: { name: string; args: string },
  at: number,
  how: Labels,
  cuts: readonly number[],
): JsonObject[] {
  // With one id for all calls the first piece must have arguments.
  const least = how.id === "one_for_all" ? 1 : 0;
  const inner = cuts.map((cut) => least + (cut % (whole.length + 1 - least)));
  const places = [0, ...inner.toSorted((a, b) => a - b), whole.length];
  return places.slice(1).map((to, nth) => ({
    ...indexLabel(how, at),
    ...idLabel(how, at, nth),
    type: "function",
    function: {
      ...((nth === 0 || how.name === "always") && { name }),
      arguments: whole.slice(places[nth], to),
    },
  }));
}

function indexLabel({ index }: Labels, at: number): JsonObject {
  if (index === "none") return {};
  return { index: { own: at, zero: 0, from_three: at + 3 }[index] };
}

function idLabel({ id }: Labels, at: number, nth: number): JsonObject {
  if (id === "each_its_own") return { id: `c${at}-${nth}` };
  if (id === "one_for_all") return { id: "same" };
  if (id === "none") return nth === 0 ? { id: "" } : {};
  return id === "always" || nth === 0 ? { id: `c${at}` } : {};
}
