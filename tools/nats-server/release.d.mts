/** Downloads nats-server's release, checks it and unpacks it into that folder; returns where the program is. */
export function fromRelease(
  into: string,
  options?: {
    readonly get?: (url: string) => Promise<Response>;
    /** SHA-256 of the archive by `${process.platform}-${amd64 or arm64}`. */
    readonly checksums?: Readonly<Record<string, string>>;
  },
): Promise<string>;
