import {
  changeAccount,
  changePassword,
  completePasswordReset,
  createAccount,
  createInvite,
  deleteAccount,
  eraseAccount,
  exportAccount,
  getAccount,
  issuePasswordReset,
  listUsers,
  register,
  requestPasswordReset,
} from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import * as accounts from "../accounts.ts";
import type { Auth } from "../auth.ts";
import * as links from "../links.ts";

export const accountEndpoints = (auth: Auth): Endpoint[] => [
  endpoint(register, (input, call) => accounts.registerSelf(auth, input, call)),
  endpoint(getAccount, (input, call) => accounts.get(auth, input, call)),
  endpoint(changePassword, (input, call) => accounts.changeOwnPassword(auth, input, call)),
  endpoint(exportAccount, (input, call) => accounts.exportData(auth, input, call)),
  endpoint(deleteAccount, (input, call) => accounts.deleteOwn(auth, input, call)),
  endpoint(listUsers, (input, call) => accounts.list(auth, input, call)),
  endpoint(createAccount, (input, call) => accounts.create(auth, input, call)),
  endpoint(changeAccount, (input, call) => accounts.change(auth, input, call)),
  endpoint(eraseAccount, (input, call) => accounts.erase(auth, input, call)),
  endpoint(createInvite, (input, call) => links.invite(auth, input, call)),
  endpoint(requestPasswordReset, (input, call) => links.requestReset(auth, input, call)),
  endpoint(issuePasswordReset, (input, call) => links.issueReset(auth, input, call)),
  endpoint(completePasswordReset, (input, call) => links.completeReset(auth, input, call)),
];
