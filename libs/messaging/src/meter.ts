/** Counts requests over the bus; see service-kit's `createBusMeter`. `outcome`: `ok` or the code of a VegaError. */
export interface BusMeter {
  sent(subject: string, outcome: string, seconds: number): void;
  served(subject: string, outcome: string, seconds: number): void;
}
