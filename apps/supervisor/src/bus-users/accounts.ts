import type { BusUser } from "@vega/contracts";
import { BUS_SERVICES, busPermissions, FOR_OBSERVERS, OBSERVER } from "@vega/contracts";

/*
 * The users of the bus as nats-server's configuration has them. Observers are in an account of their own: NATS lets
 * whoever may ask anything name any subject of the account for the answer, whatever they may publish on. What an
 * observer asks for so can never arrive among the services.
 * https://docs.nats.io/running-a-nats-service/configuration/securing_nats/authorization
 */

/**
 * The `accounts` block.
 * @param password of a user, as it is to stand there: a string in quotes, or the name of a variable
 * @param more further users of the services' account, with all rights; for tests
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
