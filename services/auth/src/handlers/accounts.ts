import { users } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import * as accounts from "../accounts.ts";
import type { Auth } from "../auth.ts";
import * as links from "../links.ts";

export const accountEndpoints = (auth: Auth): Endpoint[] => [
  endpoint(users.requests.register, (input, call) => accounts.registerSelf(auth, input, call)),
  endpoint(users.requests.get, (input, call) => accounts.get(auth, input, call)),
  endpoint(users.requests.changePassword, (input, call) =>
    accounts.changeOwnPassword(auth, input, call),
  ),
  endpoint(users.requests.export, (input, call) => accounts.exportData(auth, input, call)),
  endpoint(users.requests.deleteOwn, (input, call) => accounts.deleteOwn(auth, input, call)),
  endpoint(users.requests.list, (input, call) => accounts.list(auth, input, call)),
  endpoint(users.requests.create, (input, call) => accounts.create(auth, input, call)),
  endpoint(users.requests.change, (input, call) => accounts.change(auth, input, call)),
  endpoint(users.requests.erase, (input, call) => accounts.erase(auth, input, call)),
  endpoint(users.requests.invite, (input, call) => links.invite(auth, input, call)),
  endpoint(users.requests.requestPasswordReset, (input, call) =>
    links.requestReset(auth, input, call),
  ),
  endpoint(users.requests.issuePasswordReset, (input, call) => links.issueReset(auth, input, call)),
  endpoint(users.requests.completePasswordReset, (input, call) =>
    links.completeReset(auth, input, call),
  ),
];
