import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { command, onPath } from "../setup/command.mjs";

/**
 * Unpacks nats-server from the package of Debian or a derivative. Needs no root and changes nothing of the system:
 * the package is not installed, and missing or old package lists are downloaded to a temporary folder.
 * @param {string} into an empty folder
 * @returns {Promise<string>} where the program is
 */
export async function fromDebian(into, env) {
  for (const tool of ["apt-get", "dpkg-deb"]) {
    if (onPath(tool, env.PATH).length === 0) throw new Error(`${tool} not found`);
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
    // An update fails when any source fails; the source of nats-server may still have worked.
    const failure = await command("apt-get", [...options, "update"], {
      env,
      timeoutMs: 180_000,
    }).catch((error) => error);
    await download(options).catch((error) => {
      throw failure instanceof Error ? failure : error;
    });
  }
  const archive = (await readdir(into)).find((name) => name.endsWith(".deb"));
  if (!archive) throw new Error("apt-get download: no package in the folder");
  const unpacked = join(into, "unpacked");
  await command("dpkg-deb", ["-x", join(into, archive), unpacked], { env, timeoutMs: 60_000 });
  return join(unpacked, "usr", "sbin", "nats-server");
}

/** Creates a folder for package lists. @returns the options with which apt-get uses it */
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
      // The user _apt has no access to this folder.
      'APT::Sandbox::User "root";',
      'Acquire::Languages "none";',
      'Acquire::Retries "1";',
      'Acquire::http::Timeout "20";',
      // Hooks after an update would change the system's lists.
      "#clear APT::Update::Pre-Invoke;",
      "#clear APT::Update::Post-Invoke;",
      "#clear APT::Update::Post-Invoke-Success;",
      "",
    ].join("\n"),
  );
  return ["-c", file];
}
