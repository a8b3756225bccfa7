import bcrypt from "bcrypt";

/** The least that bcrypt takes: a password of 256 random bits can't be guessed, and the server hashes at every connect. */
const COST = 4;

/** A password as nats-server's configuration may hold it, for it need not be known there. In quotes. */
export function busPasswordHash(password: string): string {
  return `"${bcrypt.hashSync(password, COST)}"`;
}
