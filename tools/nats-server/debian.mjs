import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { command, onPath } from "../setup/command.mjs";

/**
 * Unpacks nats-server from the package of Debian or a system like it. Needs no rights and leaves the system as it is:
 * nothing is installed, and where the system has no package lists, or old ones, this fetches its own.
 * @param {string} into an empty folder
 * @returns {Promise<string>} where the program is
 */
export async function fromDebian(into, env) {
  for (const tool of ["apt-get", "dpkg-deb"]) {
    if (onPath(tool, env.PATH).length === 0) throw new Error(`no ${tool} on this machine`);
  }
  const download = (options) =>
    command("apt-get", [...options, "download", "nats-server"], {
      cwd: into,
      env,
      timeoutMs: 120_000,
    });
  try {
    await download([]);
  } catch {
    const options = await privateLists(into);
    // An update fails when one of many sources does, which need not be the one that matters.
    const failure = await command("apt-get", [...options, "update"], {
      env,
      timeoutMs: 180_000,
    }).catch((error) => error);
    await download(options).catch((error) => {
      throw failure instanceof Error ? failure : error;
    });
  }
  const archive = (await readdir(into)).find((name) => name.endsWith(".deb"));
  if (!archive) throw new Error("apt-get download brought no package");
  const unpacked = join(into, "unpacked");
  await command("dpkg-deb", ["-x", join(into, archive), unpacked], { env, timeoutMs: 60_000 });
  return join(unpacked, "usr", "sbin", "nats-server");
}

/** Makes a folder of our own for package lists; returns the options that make apt-get use it. */
async function privateLists(into) {
  const state = join(into, "apt");
  await mkdir(join(state, "lists", "partial"), { recursive: true });
  await mkdir(join(state, "cache", "archives", "partial"), { recursive: true });
  const file = join(state, "apt.conf");
  await writeFile(
    file,
    [
      `Dir::State::lists "${state}/lists";`,
      `Dir::Cache "${state}/cache";`,
      // apt's own user may not enter this folder.
      'APT::Sandbox::User "root";',
      'Acquire::Languages "none";',
      'Acquire::Retries "1";',
      'Acquire::http::Timeout "20";',
      // A system's hooks after an update clean or index the system's own lists, which this leaves alone.
      "#clear APT::Update::Pre-Invoke;",
      "#clear APT::Update::Post-Invoke;",
      "#clear APT::Update::Post-Invoke-Success;",
      "",
    ].join("\n"),
  );
  return ["-c", file];
}
