import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DATA_FORMAT, MIN_READER, UNMARKED } from "../data-format.ts";
import type { Store } from "../store.ts";
import { StoreTooNewError } from "../store.ts";
import { batchOf, entryAfter } from "./fixtures.ts";
import type { Subject } from "./subject.ts";

const NEWER = { written_by: DATA_FORMAT + 2, min_reader: DATA_FORMAT + 1 };
const READABLE = { written_by: DATA_FORMAT + 2, min_reader: DATA_FORMAT };

/** What every store promises of its data format. Each adapter runs this suite against its real database. */
export function formatContract(name: string, make: () => Promise<Subject>): void {
  describe(`the data format of the ${name} store`, () => {
    let subject: Subject;
    let store: Store;
    const opened: Store[] = [];

    const open = async () => {
      const one = await subject.open();
      opened.push(one);
      return one;
    };
    const closeAll = async () => {
      for (const one of opened.splice(0)) await one.close();
    };
    const commit = async (to: Store, format?: typeof NEWER) => {
      const batch = batchOf([entryAfter(await to.head())]);
      return to.commit(format ? { ...batch, format } : batch);
    };

    beforeAll(async () => {
      subject = await make();
    });
    beforeEach(async () => {
      await subject.reset();
      store = await open();
      return closeAll;
    });
    afterAll(() => subject?.destroy());

    test("is marked by the first commit, not by opening", async () => {
      expect(await store.format()).toEqual(UNMARKED);
      await commit(store);
      const marks = { written_by: DATA_FORMAT, min_reader: MIN_READER };
      expect(await store.format()).toEqual(marks);
      const { format, documents } = await store.snapshot();
      expect(format).toEqual(marks);
      await documents[Symbol.asyncIterator]().return?.();
    });

    test("keeps the marks of a newer version whose data this version reads", async () => {
      await commit(store, READABLE);
      await closeAll();
      store = await open();
      expect(await commit(store)).toBe("committed");
      expect(await store.format()).toEqual(READABLE);
    });

    test("does not rise with a commit that conflicts", async () => {
      const batch = batchOf([entryAfter(undefined)]);
      await commit(store);
      expect(await store.commit({ ...batch, format: NEWER })).toBe("conflict");
      expect(await store.format()).toEqual({ written_by: DATA_FORMAT, min_reader: MIN_READER });
    });

    test("locks out a replica that runs, once a newer one has written what it can't read", async () => {
      await commit(store);
      const next = batchOf([entryAfter(await store.head())]);
      const after = batchOf([entryAfter(next.entries[0])]);
      expect(await (await open()).commit({ ...next, format: NEWER })).toBe("committed");
      expect(await store.commit(after)).toBe("conflict");
      await expect(store.head()).rejects.toThrow(StoreTooNewError);
      await expect(store.ping()).rejects.toThrow(StoreTooNewError);
      await expect(store.snapshot()).rejects.toThrow(StoreTooNewError);
    });

    test("is refused at the start where it is too new, with what to do", async () => {
      await commit(store, NEWER);
      await closeAll();
      await expect(open()).rejects.toThrow(StoreTooNewError);
      await expect(open()).rejects.toThrow(
        `written with data format ${NEWER.written_by} and needs a version of VEGA with data format ${NEWER.min_reader} or newer`,
      );
      await expect(open()).rejects.toThrow("restore a backup made before the upgrade");
    });
  });
}
