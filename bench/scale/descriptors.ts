import { readFileSync } from "node:fs";

/** Files, pipes and the bus of a process, beside its clients. */
const OTHERS = 200;

/** Throws Error that says what to do where a process may not have so many connections. Node takes the hard limit itself. */
export function refuseTooFewDescriptors(connections: number): void {
  const limits = readFileSync("/proc/self/limits", "utf8");
  const hard = /^Max open files\s+\d+\s+(\d+|unlimited)/m.exec(limits)?.[1];
  if (hard === undefined || hard === "unlimited" || Number(hard) >= connections + OTHERS) return;
  throw new Error(
    `a process may have ${hard} files open here, and ${connections} clients want ${connections + OTHERS}: ` +
      `"ulimit -n ${connections + OTHERS}" in this shell (as root; or LimitNOFILE= of a unit, --ulimit nofile= of Docker), ` +
      "or --clients with a smaller number",
  );
}
