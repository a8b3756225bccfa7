import { clientFaults } from "./clients.ts";
import { clockFaults } from "./clocks.ts";
import { containerFaults } from "./containers.ts";
import type { Fault } from "./fault.ts";
import { processFaults } from "./processes.ts";
import { surroundingFaults } from "./surroundings.ts";

export const FAULTS: readonly Fault[] = [
  ...processFaults,
  ...surroundingFaults,
  ...clockFaults,
  ...clientFaults,
  ...containerFaults,
];
