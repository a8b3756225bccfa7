import type { BusUser } from "@vega/contracts";
import { BUS_SERVICES, busPermissions, FOR_OBSERVERS, OBSERVER } from "@vega/contracts";

/*
 * The users of the bus in the format of nats-server's configuration. Observers have an account of their own: a client
 * that may send any request can name every subject of its account as the reply subject, whatever its publish
 * permissions. In a separate account such a reply never reaches the services.
 * https://docs.nats.io/running-a-nats-service/configuration/securing_nats/authorization
 */

/**
 * The `accounts` block.
 * @param password returns a user's password as configuration text: a string in quotes, or a variable
 * @param more further users of the services' account, with all permissions; for tests
 */
export function busAccounts(password: (user: BusUser) => string, more: readonly string[] = []) {
  const user = (name: BusUser) => userBlock(name, password(name));
  return `accounts {
  VEGA {
    jetstream: enabled
    users: [
${[...BUS_SERVICES.map(user), ...more].join("\n")}
    ]
    exports: [
      { stream: "${FOR_OBSERVERS.stream}", accounts: [OBSERVERS] }
      { service: "${FOR_OBSERVERS.service}", accounts: [OBSERVERS] }
    ]
  }
  OBSERVERS {
    users: [
${user(OBSERVER)}
    ]
    imports: [
      { stream: { account: VEGA, subject: "${FOR_OBSERVERS.stream}" } }
      { service: { account: VEGA, subject: "${FOR_OBSERVERS.service}" } }
    ]
  }
}
`;
}

function userBlock(name: BusUser, password: string): string {
  const { publish, subscribe } = busPermissions(name);
  return `      {
        user: ${name}, password: ${password}
        permissions: {
          publish: { allow: ${list(publish)} }
          subscribe: { allow: ${list(subscribe)} }
        }
      }`;
}

const list = (subjects: readonly string[]) =>
  `[\n${subjects.map((subject) => `            "${subject}"`).join("\n")}\n          ]`;
