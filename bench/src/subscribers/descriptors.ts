import { readFileSync } from "node:fs";

/** Files, pipes and bus connections of a process. */
const OTHERS = 200;

/** Throws Error with the remedy when the limit of open files is too low. Node raises its soft limit to the hard one itself. */
export function requireDescriptors(connections: number): void {
  const limits = readFileSync("/proc/self/limits", "utf8");
  const hard = /^Max open files\s+\d+\s+(\d+|unlimited)/m.exec(limits)?.[1];
  if (hard === undefined || hard === "unlimited" || Number(hard) >= connections + OTHERS) return;
  throw new Error(
    `the limit of open files is ${hard}; ${connections} clients need ${connections + OTHERS}: ` +
      `run "ulimit -n ${connections + OTHERS}" in this shell (as root; or LimitNOFILE= of a unit, --ulimit nofile= of Docker), ` +
      "or --clients with a smaller number",
  );
}
