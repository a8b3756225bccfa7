/** Downloads the release of nats-server, verifies and unpacks it; resolves with the path of the program. */
export function fromRelease(
  into: string,
  options?: {
    readonly get?: (url: string) => Promise<Response>;
    /** SHA-256 of the archive by `${process.platform}-${amd64 or arm64}`. */
    readonly checksums?: Readonly<Record<string, string>>;
  },
): Promise<string>;
