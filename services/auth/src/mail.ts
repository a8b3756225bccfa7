import type { Logger } from "@vega/service-kit";
import { createTransport } from "nodemailer";

export interface Mailer {
  /** Logs failures instead of throwing, so that a reply cannot reveal whether the account exists. */
  sendResetLink(to: string, username: string, token: string, expiresAt: string): Promise<void>;
  close(): void;
}

/** Timeout of each step with a mail server that hangs, ms */
const TIMEOUT_MS = 20_000;

/** The page for a new password. The token is in the fragment, which browsers do not send to servers. */
export const resetLink = (publicUrl: string, token: string): string =>
  `${publicUrl}/reset#token=${token}`;

export function createMailer(
  { smtpUrl, from }: { readonly smtpUrl: string; readonly from: string },
  publicUrl: string,
  log: Pick<Logger, "warn">,
): Mailer {
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
  });
  return {
    async sendResetLink(to, username, token, expiresAt) {
      const text = [
        `A password reset was requested for the account ${username} of VEGA at ${publicUrl}.`,
        "",
        "To set a new password, open",
        resetLink(publicUrl, token),
        "",
        "or enter this code:",
        token,
        "",
        `The link works once, until ${expiresAt}. If you did not request it, ignore this mail: nothing has changed.`,
        "",
      ].join("\n");
      try {
        await transport.sendMail({ from, to, subject: "Your new password for VEGA", text });
      } catch (error) {
        // The message may contain the address, so only these members are logged.
        const { code, responseCode, command } = error as Record<string, unknown>;
        log.warn({ code, responseCode, command }, "mail not sent");
      }
    },
    close: () => transport.close(),
  };
}
