import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The output of a docker command. @throws Error if it fails */
export async function docker(...args: string[]): Promise<string> {
  const { stdout } = await run("docker", args, { maxBuffer: 16 * 1024 ** 2 });
  return stdout.trim();
}

/** The stand-in for the official image of this name; undefined for the official image. */
export async function standInFor(image: string): Promise<string | undefined> {
  const label = '{{index .Config.Labels "vega.stand-in"}}';
  return (await docker("image", "inspect", "--format", label, image)) || undefined;
}

/** The output of a container so far. */
export async function logsOf({ Id }: Pick<Inspected, "Id">): Promise<string> {
  const { stdout, stderr } = await run("docker", ["logs", Id], { maxBuffer: 16 * 1024 ** 2 });
  return stdout + stderr;
}

/** @throws Error if no Docker engine with Compose 2 responds */
export async function needDocker(): Promise<void> {
  try {
    await docker("version", "--format", "{{.Server.Version}}");
    await docker("compose", "version");
  } catch (cause) {
    throw new Error(
      "no Docker engine with Compose 2 responds, so the containers were NOT tested. Start one and try again",
      { cause },
    );
  }
}

export interface Inspected {
  readonly Id: string;
  readonly Name: string;
  readonly RestartCount: number;
  readonly State: { readonly Pid: number; readonly Health?: { readonly Status: string } };
  readonly Config: {
    readonly Image: string;
    readonly User: string;
    readonly Env: readonly string[];
    readonly Labels: Readonly<Record<string, string>>;
  };
  readonly HostConfig: {
    readonly ReadonlyRootfs: boolean;
    readonly CapDrop: readonly string[] | null;
    readonly CapAdd: readonly string[] | null;
    readonly SecurityOpt: readonly string[];
    readonly Memory: number;
  };
}

/** The containers of a project, of one service or of all. */
export async function containersOf(project: string, service?: string): Promise<Inspected[]> {
  const label = "label=com.docker.compose";
  const filters = [
    `${label}.project=${project}`,
    ...(service ? [`${label}.service=${service}`] : []),
  ];
  const ids = await docker("ps", "-aq", ...filters.flatMap((filter) => ["--filter", filter]));
  if (ids === "") return [];
  return JSON.parse(await docker("inspect", ...ids.split("\n"))) as Inspected[];
}

/**
 * Kills the process in a container with SIGKILL, as the kernel does when memory is short. After `docker kill` Docker
 * does not restart the container.
 */
export async function killInside({ State }: Inspected): Promise<void> {
  const kill = ["sh", "vega-loop", "-c", `kill -9 ${State.Pid}`];
  await docker("run", "--rm", "--pid=host", "--user=0", "--entrypoint", ...kill);
}
