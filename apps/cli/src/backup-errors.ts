import { InvalidBackupError, VerificationError } from "@vega/state";
import { ConfigError } from "@vega/service-kit";
import { OperatorError } from "@vega/supervisor/operator-error";

/** What went wrong with a backup, for who runs the script. @param before what stands before the reason */
export async function withBackupErrors<Result>(
  before: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const expected = [InvalidBackupError, VerificationError, ConfigError];
    if (!expected.some((kind) => error instanceof kind)) throw error;
    throw new OperatorError(before + (error as Error).message, { cause: error });
  }
}
