import type { BusUser } from "@vega/contracts";
import { busAccounts } from "./accounts.ts";

/** The file of passwords, relative to the folder of deploy/nats/accounts.conf. */
const PASSWORDS = "../../run/secrets/nats_auth";

/** The variable with a user's password, or its bcrypt hash, in the file of passwords. */
export const passwordVariable = (user: BusUser): string => `VEGA_PASSWORD_${user.toUpperCase()}`;

/** deploy/nats/accounts.conf, without the passwords. */
export function accountsFile(): string {
  return `# Users of the bus and what each may do. Made from libs/contracts by \`npm run generate\`; a test compares.
# Passwords are variables of a file of their own, a secret, such as: ${passwordVariable("state")}: "$2b$04$..."
# (bcrypt; or the password itself). Paths are relative to this file.
include "${PASSWORDS}"

${busAccounts((user) => `$${passwordVariable(user)}`)}`;
}
