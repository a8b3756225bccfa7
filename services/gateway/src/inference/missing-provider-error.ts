import { VegaError } from "@vega/contracts";

/** A provider that a route is for is not configured. */
export class MissingProviderError extends VegaError {
  readonly provider: string;

  constructor(provider: string, message: string) {
    super("unavailable", message);
    // Error groups are stored under this name: one group for each provider.
    this.name = `MissingProviderError ${provider}`;
    this.provider = provider;
  }
}
