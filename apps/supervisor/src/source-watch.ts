import type { FSWatcher } from "node:fs";
import { readdirSync, statSync, watch } from "node:fs";
import { join } from "node:path";
import type { ServiceName } from "./service-environment.ts";
import { SERVICES } from "./service-environment.ts";

/** One save of an editor makes several file events; a checkout of another branch makes many. */
const SETTLE_MS = 150;
const LIBRARIES = ["contracts", "messaging", "service-kit"];

/** Whether a service may have loaded the file. */
const isSource = (file: string): boolean =>
  /\.(ts|json|proto)$/.test(file) && !file.endsWith(".test.ts");

/**
 * Reports the services whose sources changed: those of a service affect that service, those of a library all.
 * @param stop ends the watch
 */
export function watchSources(options: {
  readonly root: string;
  changed(services: ReadonlySet<ServiceName>, file: string): void;
  failed(error: Error): void;
  readonly stop: AbortSignal;
}): void {
  const { root, stop } = options;
  const affected = new Set<ServiceName>();
  let timer: NodeJS.Timeout | undefined;
  const report = (file: string, services: readonly ServiceName[]) => {
    for (const service of services) affected.add(service);
    clearTimeout(timer);
    timer = setTimeout(() => {
      options.changed(new Set(affected), file);
      affected.clear();
    }, SETTLE_MS);
  };
  const watchFolder = (folder: string, services: readonly ServiceName[]) => {
    const changed = (path: string) => isSource(path) && report(path, services);
    watchTree({ root, folder, changed, failed: options.failed, stop });
  };
  for (const name of SERVICES) watchFolder(join("services", name, "src"), [name]);
  for (const name of LIBRARIES) watchFolder(join("libs", name, "src"), SERVICES);
  stop.addEventListener("abort", () => clearTimeout(timer));
}

/**
 * Watches each folder by itself: on Linux, Node's recursive watch loses a file in a subfolder once an editor has replaced
 * it by a rename.
 */
function watchTree(options: {
  readonly root: string;
  readonly folder: string;
  changed(path: string): void;
  failed(error: Error): void;
  readonly stop: AbortSignal;
}): void {
  const { root, stop, changed } = options;
  const watchers = new Map<string, FSWatcher>();
  const add = (folder: string) => {
    const known = watchers.get(folder);
    if (known || !isFolder(join(root, folder))) return;
    const watcher = watch(join(root, folder), { signal: stop }, (_event, name) => {
      if (name === null) return;
      const path = join(folder, name);
      if (isFolder(join(root, path))) add(path);
      else {
        watchers.get(path)?.close();
        watchers.delete(path);
        changed(path);
      }
    });
    watcher.on("error", options.failed);
    watchers.set(folder, watcher);
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (entry.isDirectory()) add(join(folder, entry.name));
    }
  };
  add(options.folder);
}

const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
