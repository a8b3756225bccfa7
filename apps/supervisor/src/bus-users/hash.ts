import bcrypt from "bcrypt";

/** bcrypt's minimum: a password of 256 random bits can't be guessed, and the server hashes at every connect. */
const COST = 4;

/** The bcrypt hash of a password for nats-server's configuration, in quotes. */
export function busPasswordHash(password: string): string {
  return `"${bcrypt.hashSync(password, COST)}"`;
}
