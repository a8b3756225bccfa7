/** Exit codes of every command; docs/reference/cli.md lists them. */
export const EXIT_CODES = {
  success: 0,
  /** The operation failed, or a check found a fault. */
  failure: 1,
  /** Unknown command, option or argument. */
  usage: 2,
  /** EX_CONFIG of sysexits.h: settings or data that a restart cannot mend. */
  configuration: 78,
} as const;

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];

/** An error that the operator can fix: shown as its message alone, without a stack trace. */
export class OperatorError extends Error {
  readonly exitCode: ExitCode = EXIT_CODES.failure;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A setting that VEGA cannot run with: the same start would fail again. */
export class SettingsError extends OperatorError {
  override readonly exitCode = EXIT_CODES.configuration;
}
