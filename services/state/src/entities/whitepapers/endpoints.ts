import type { Whitepaper } from "@vega/contracts";
import { MAX_WHITEPAPERS, VegaError, whitepaperIdSchema, whitepapers } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import { randomUUID } from "node:crypto";
import type { StateContext } from "../../state-context.ts";
import { decideCreateWhitepaper } from "./create.ts";
import { noWhitepaper } from "./documents.ts";
import { decideOffer } from "./offer.ts";
import { decideRemoveWhitepaper, decideUpdateWhitepaper } from "./update.ts";

const byTitle = (a: Whitepaper, b: Whitepaper): number => a.title.localeCompare(b.title, "en");

export function whitepaperEndpoints({ store, writer }: StateContext): Endpoint[] {
  const all = async (): Promise<Whitepaper[]> => {
    const found = await store.query("whitepapers", { limit: MAX_WHITEPAPERS });
    return found.map(({ body }) => body);
  };
  const idOf = async (ref: string): Promise<string | undefined> =>
    whitepaperIdSchema.safeParse(ref).success
      ? ref
      : (await store.get("whitepaper_slugs", ref))?.whitepaper_id;

  return [
    endpoint(whitepapers.requests.list, async ({ drafts }) => {
      const { sequence } = writer.head();
      const found = await all();
      const shown = found.filter(({ status }) => drafts || status === "published");
      return { sequence, whitepapers: shown.toSorted(byTitle) };
    }),
    endpoint(whitepapers.requests.get, async ({ ref }) => {
      const { sequence } = writer.head();
      const id = await idOf(ref);
      const whitepaper = id === undefined ? undefined : await store.get("whitepapers", id);
      if (!whitepaper) throw new VegaError("not_found", noWhitepaper(ref));
      const found = await store.query("whitepaper_versions", { prefix: `${whitepaper.id}/` });
      return { sequence, whitepaper, versions: found.map(({ body }) => body) };
    }),
    endpoint(whitepapers.requests.create, async (input, { context, deadline }) => {
      const count = (await all()).length;
      const command = decideCreateWhitepaper({ ...input, id: randomUUID(), count });
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, whitepaper: result };
    }),
    endpoint(whitepapers.requests.update, async (input, { context, deadline }) => {
      const command = decideUpdateWhitepaper(input);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, whitepaper: result };
    }),
    endpoint(whitepapers.requests.remove, async ({ id, expected }, { context, deadline }) => {
      const command = decideRemoveWhitepaper(id, expected);
      const { sequence } = await writer.submit(command, context, deadline);
      return { sequence };
    }),
    endpoint(whitepapers.requests.listOffers, async () => {
      const { sequence } = writer.head();
      const found = await store.query("whitepaper_offers", {});
      const offers = found.map(async ({ id: name, body: { sha256, whitepaper_id } }) => {
        const whitepaper = await store.get("whitepapers", whitepaper_id);
        return { name, sha256, follows: whitepaper?.offer === name };
      });
      return { sequence, offers: await Promise.all(offers) };
    }),
    endpoint(whitepapers.requests.offer, async (input, { context, deadline }) => {
      const known = (await store.get("whitepaper_offers", input.name))?.whitepaper_id;
      const count = (await all()).length;
      const command = decideOffer({ ...input, id: randomUUID(), count, known });
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, ...result };
    }),
  ];
}
