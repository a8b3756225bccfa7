import { connect } from "./connect.ts";

/** The server's clock, in milliseconds since the epoch, without the way there. Throws StoreUnavailableError and StoreUnsuitableError. */
export async function serverTime(url: string): Promise<number> {
  const connection = connect(url);
  try {
    return await connection.run(async ({ db }) => {
      // The first one also connects.
      await db.admin().command({ ping: 1 });
      const from = Date.now();
      const { localTime } = await db.admin().command({ hello: 1 });
      return (localTime instanceof Date ? localTime.getTime() : from) + (Date.now() - from) / 2;
    });
  } finally {
    await connection.close();
  }
}
