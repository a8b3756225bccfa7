import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { makeProblem, PROBLEM_MEDIA_TYPE } from "./problem.ts";

const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Responds to input that Node cannot parse as HTTP: there is no request, only a socket. */
export function sendClientError(
  error: Error & { code?: string },
  socket: Socket,
  sequence: number,
): void {
  if (error.code === "ECONNRESET" || !socket.writable || socket.destroyed) return;
  const status = STATUS_OF_CODE[error.code ?? ""] ?? 400;
  const detail = status === 400 ? "malformed HTTP request" : `${STATUS_CODES[status]}`;
  const requestId = randomUUID();
  const body = JSON.stringify(makeProblem(status, "invalid", detail, requestId));
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n` +
      `content-type: ${PROBLEM_MEDIA_TYPE}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n` +
      "x-content-type-options: nosniff\r\n" +
      `x-request-id: ${requestId}\r\n` +
      `vega-sequence: ${sequence}\r\n` +
      `connection: close\r\n\r\n${body}`,
  );
}
