import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

const BOOT_ID = "/proc/sys/kernel/random/boot_id";

/**
 * Start time of the process with that pid, which distinguishes it from a later process with the same pid. On Linux the
 * boot id and the start time in clock ticks since the boot (proc(5), field 22), elsewhere the start time of `ps`.
 * @returns {string | undefined} undefined without such a process; a zombie counts as ended
 */
export function processIdentity(pid) {
  try {
    if (!existsSync(BOOT_ID)) return psStartTime(pid);
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The program name is in parentheses and may contain parentheses and blanks.
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
