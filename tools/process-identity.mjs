import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

const BOOT_ID = "/proc/sys/kernel/random/boot_id";

/**
 * When the process with that pid was started, as text that no later process with the same pid shares: pids are used
 * again, so a pid kept in a file says nothing without it. On Linux the boot's id and the start time in clock ticks
 * since then (proc(5), field 22), elsewhere what `ps` says.
 * @returns {string | undefined} undefined when no such process runs; a zombie has ended, too.
 */
export function processIdentity(pid) {
  try {
    if (!existsSync(BOOT_ID)) return psStartTime(pid);
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name of the program stands in brackets and may itself hold brackets and blanks.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return undefined;
    return `${readFileSync(BOOT_ID, "utf8").trim()}:${fields[19]}`;
  } catch {
    return undefined;
  }
}

function psStartTime(pid) {
  const options = { encoding: "utf8", timeout: 5_000, stdio: ["ignore", "pipe", "ignore"] };
  return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], options).trim() || undefined;
}
