import { reservePort } from "@vega/test-support";
import { once } from "node:events";
import { SMTPServer } from "smtp-server";
import { expect, onTestFinished, test } from "vitest";
import { createMailer } from "./mail.ts";

test("a mail that the server refuses is logged without the address, and no error is thrown", async () => {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    onRcptTo: ({ address }, _session, done) =>
      done(Object.assign(new Error(`<${address}> is unknown`), { responseCode: 550 })),
  });
  const port = await reservePort();
  server.listen(port, "127.0.0.1");
  await once(server.server, "listening");
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));

  const lines: string[] = [];
  const log = {
    warn: (details: object, text: string) => lines.push(JSON.stringify(details) + text),
  };
  const mail = { smtpUrl: `smtp://127.0.0.1:${port}`, from: "VEGA <vega@example.org>" };
  const mailer = createMailer(mail, "https://vega.example.org", log as never);
  await mailer.sendResetLink("ada@example.org", "ada", "the-token", "2026-01-31T12:00:00.000Z");
  expect(lines).toEqual([expect.stringContaining("550")]);
  for (const secret of ["ada", "the-token"]) expect(lines[0]).not.toContain(secret);
  mailer.close();
});
