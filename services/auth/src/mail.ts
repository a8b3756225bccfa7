import type { Logger } from "@vega/service-kit";
import { createTransport } from "nodemailer";

export interface Mailer {
  /** Never throws: that mail can't be sent is logged, and nobody learns by it whether there is an account. */
  sendResetLink(to: string, username: string, token: string, expiresAt: string): Promise<void>;
  close(): void;
}

/** A mail server that hangs must not keep what waits for it for ever. */
const TIMEOUT_MS = 20_000;

/** The page on which a new password is set. The token stands behind the `#`: it reaches no server's log. */
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
        `A new password was asked for, for the account ${username} of VEGA at ${publicUrl}.`,
        "",
        "To set it, open",
        resetLink(publicUrl, token),
        "",
        "or enter this code:",
        token,
        "",
        `That is good once, until ${expiresAt}. If you did not ask for it, leave it be: nothing has changed.`,
        "",
      ].join("\n");
      try {
        await transport.sendMail({ from, to, subject: "Your new password for VEGA", text });
      } catch (error) {
        // The error's message may hold the address: only what it says about the server is kept.
        const { code, responseCode, command } = error as Record<string, unknown>;
        log.warn({ code, responseCode, command }, "a mail could not be sent");
      }
    },
    close: () => transport.close(),
  };
}
