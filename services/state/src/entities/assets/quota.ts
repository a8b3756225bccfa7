import type { AssetUsage } from "@vega/contracts";
import { VegaError } from "@vega/contracts";

/** How much the library may hold; 0: no limit. Bytes of an account are those of all versions of its files. */
export interface LibraryLimits {
  readonly accountFiles: number;
  readonly accountBytes: number;
  /** Files of all accounts, and those without one. */
  readonly files: number;
}

/** Bytes that an owner may still store; null: no limit. Files without an account have no limit of their own. */
export const bytesLeft = (
  { owner, bytes }: AssetUsage,
  { accountBytes }: LibraryLimits,
): number | null =>
  owner === null || accountBytes === 0 ? null : Math.max(0, accountBytes - bytes);

/** Refuses what an owner would hold then; undefined where that is within the limits. */
export function quotaError(next: AssetUsage, limits: LibraryLimits): VegaError | undefined {
  const { accountFiles, accountBytes } = limits;
  if (next.owner === null) return undefined;
  if (accountFiles > 0 && next.files > accountFiles) {
    return full(`an account may have ${accountFiles} files`, "VEGA_LIBRARY_ACCOUNT_FILES");
  }
  return accountBytes > 0 && next.bytes > accountBytes ? fullAccount(limits) : undefined;
}

/** An account has no bytes left for a file. */
export const fullAccount = ({ accountBytes }: LibraryLimits): VegaError =>
  full(`the files of an account may have ${accountBytes} bytes`, "VEGA_LIBRARY_ACCOUNT_BYTES");

/** @param files of all owners */
export const systemError = (
  files: number,
  { files: limit }: LibraryLimits,
): VegaError | undefined =>
  limit > 0 && files > limit
    ? full(`the library may have ${limit} files`, "VEGA_LIBRARY_FILES")
    : undefined;

const full = (limit: string, setting: string) =>
  new VegaError("insufficient_storage", `${limit}: delete files, or have ${setting} raised`);
