import { clientFaults } from "./clients.ts";
import { clockFaults } from "./clocks.ts";
import { containerFaults } from "./containers.ts";
import type { Fault } from "./fault.ts";
import { processFaults } from "./processes.ts";
import { dependencyFaults } from "./dependencies.ts";

export const FAULTS: readonly Fault[] = [
  ...processFaults,
  ...dependencyFaults,
  ...clockFaults,
  ...clientFaults,
  ...containerFaults,
];
