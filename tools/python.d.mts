/** Creates a Python environment in `folder` with the packages of a requirements file. */
export function installPython(options: {
  folder: string;
  requirements: string;
  name: string;
  log: (text: string) => void;
}): Promise<void>;
