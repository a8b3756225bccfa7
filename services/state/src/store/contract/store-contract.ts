import { afterAll, beforeAll, beforeEach, describe } from "vitest";
import type { Store } from "../store.ts";
import { commitContract } from "./commit-contract.ts";
import { documentContract } from "./document-contract.ts";
import { erasureContract } from "./erasure-contract.ts";
import { logContract } from "./log-contract.ts";
import { searchContract } from "./search-contract.ts";
import type { StoreUnderTest, Subject } from "./subject.ts";
import { commitOne } from "./subject.ts";

/** The contract of a store. Each adapter runs this suite against its real database. */
export function storeContract(name: string, make: () => Promise<Subject>): void {
  describe(`the ${name} store`, () => {
    let subject: Subject;
    let store: Store;

    beforeAll(async () => {
      subject = await make();
    });
    beforeEach(async () => {
      await subject.reset();
      store = await subject.open();
      return () => store.close();
    });
    afterAll(() => subject?.destroy());

    const at: StoreUnderTest = {
      get store() {
        return store;
      },
      async reopen() {
        await store.close();
        store = await subject.open();
      },
      dropIndex: () => subject.dropIndex(),
      commitOne: (changes, relayed) => commitOne(store, changes, relayed),
    };
    commitContract(at);
    logContract(at);
    erasureContract(at);
    documentContract(at);
    searchContract(at);
  });
}
