import { ConfigError } from "@vega/service-kit";
import { InvalidBackupError, VerificationError } from "@vega/state";
import { OperatorError, SettingsError } from "@vega/supervisor/operator-error";

/** Turns the expected errors of work on a database into errors for the operator. @param prefix of their messages */
export async function withDatabaseErrors<Result>(
  work: () => Promise<Result>,
  prefix = "",
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConfigError) {
      throw new SettingsError(prefix + error.message, { cause: error });
    }
    if (error instanceof InvalidBackupError || error instanceof VerificationError) {
      throw new OperatorError(prefix + error.message, { cause: error });
    }
    throw error;
  }
}
