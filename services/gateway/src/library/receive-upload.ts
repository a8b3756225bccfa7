import type { AssetContent } from "@vega/contracts";
import { assets, fileNameProblem, VegaError } from "@vega/contracts";
import type { FastifyRequest } from "fastify";
import type { Dependencies } from "../dependencies.ts";
import { contextOf } from "../plugins/request-context.ts";
import { requireBefore, stripsMetadata } from "./form-metadata.ts";
import { storeFile } from "./store-file.ts";
import type { FormFields } from "./upload-form.ts";
import { FILE_PART, FORM_BYTES, readUploadForm } from "./upload-form.ts";

/** Without a byte for so long an upload ends. */
const IDLE_MS = 30_000;

/** A form whose file is stored. */
export interface Upload {
  readonly content: AssetContent;
  readonly fields: FormFields;
  /** File name of the part. */
  readonly name: string;
}

/** Reads a form and stores its file. Throws VegaError. @param owner whose quota counts */
export async function receiveUpload(
  { services, config, blobs, images }: Dependencies,
  request: FastifyRequest,
  owner: string | null,
): Promise<Upload> {
  const { fileBytes } = config.library;
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > fileBytes + FORM_BYTES) {
    throw new VegaError(
      "too_large",
      `the body has ${announced} bytes; a file may have at most ${fileBytes} (VEGA_LIBRARY_FILE_BYTES)`,
    );
  }
  if (!request.isMultipart()) {
    throw new VegaError("invalid", `the body is empty; send a form with the part ${FILE_PART}`);
  }
  const { bytes: left } = await services.request(
    assets.requests.allow,
    { owner },
    contextOf(request),
  );
  const gone = new AbortController();
  const { raw } = request;
  const { socket } = raw;
  const onIdle = () => raw.destroy();
  socket.setTimeout(IDLE_MS).on("timeout", onIdle);
  raw.once("close", () => {
    if (!raw.complete) gone.abort(new VegaError("unavailable", "the client has disconnected"));
  });
  try {
    const { fields, file } = await readUploadForm(request, async (part, before) => {
      const problem = fileNameProblem(part.name);
      if (problem !== undefined) throw new VegaError("invalid", problem);
      const incoming = { ...part, stripMetadata: stripsMetadata(before) };
      const limits = { fileBytes, left };
      const content = await storeFile({ blobs, images }, incoming, limits, gone.signal);
      return { content, name: part.name, before: [...before] };
    });
    requireBefore(file.before, fields);
    return { content: file.content, name: file.name, fields };
  } finally {
    socket.setTimeout(0).off("timeout", onIdle);
  }
}
