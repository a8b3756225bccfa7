/** A Python environment of its own, in `folder`, with the packages that a file of requirements pins. */
export function installPython(options: {
  folder: string;
  requirements: string;
  name: string;
  log: (text: string) => void;
}): Promise<void>;
