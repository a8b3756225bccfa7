import type { ApiResponse, Network } from "@vega/test-support";
import { startNetwork } from "@vega/test-support";
import { createHash } from "node:crypto";
import sharp from "sharp";
import { bearer } from "./people.ts";

/* What the tests of the library share. */

export type Headers = Record<string, string>;

export const ADMIN = bearer("a-token-for-tests-only");
export const NOBODY: Headers = {};

export const digestOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
export const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

/** The address of a file. */
export const at = (id: string, rest = "") => `/api/library/files/${id}${rest}`;

/** A network with open registration and public reads, and requests to its library. */
export async function startLibrary(env: Record<string, string> = {}) {
  const network: Network = await startNetwork({
    env: { VEGA_REGISTRATION: "open", VEGA_PUBLIC_READS: "true", ...env },
  });
  const { api } = network;
  return {
    network,
    api,
    /** Adds a file, or a version where the path is that of a file. */
    upload(
      content: Uint8Array | string,
      fields: Headers = {},
      headers: Headers = ADMIN,
      { name = "ravens.txt", type = "", path = "/api/library/files", part = "file" } = {},
    ): Promise<ApiResponse> {
      const form = new FormData();
      for (const [key, value] of Object.entries(fields)) form.append(key, value);
      const bytes = Buffer.from(content);
      form.append(part, new Blob([bytes], { type }), name);
      return api.raw(path, { method: "POST", headers, body: form });
    },
    fetchFile: (path: string, headers: Headers = ADMIN, method = "GET") =>
      fetch(api.url + path, { method, headers }),
  };
}

export type Library = Awaited<ReturnType<typeof startLibrary>>;

/** A picture of 640 × 480 pixels that is to be shown upright, with metadata. */
export const makePhoto = (): Promise<Buffer> =>
  sharp({ create: { width: 640, height: 480, channels: 3, background: "#36c" } })
    .withMetadata({ orientation: 6 })
    .withExif({ IFD0: { Copyright: "Ada was here" } })
    .jpeg()
    .toBuffer();
