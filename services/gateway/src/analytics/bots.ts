import { isbot } from "isbot";

/** User agents whose answer is kept; the test itself takes some microseconds. */
const MAX_KNOWN = 1_000;
/** Longer user agents are cut. */
export const MAX_AGENT_LENGTH = 256;

/** Tests user agents for bots by the patterns of `isbot`. A request without a user agent is a bot's. */
export function createBotTest(): (userAgent: string) => boolean {
  const known = new Map<string, boolean>();
  return (userAgent) => {
    let answer = known.get(userAgent);
    if (answer === undefined) {
      if (known.size >= MAX_KNOWN) known.clear();
      answer = userAgent === "" || isbot(userAgent);
      known.set(userAgent, answer);
    }
    return answer;
  };
}
