import type { BenchPlatform } from "../../src/cluster/platform.ts";

/** Adds a file. Throws Error for a status other than 201. */
export async function upload(
  { url, writeHeaders }: BenchPlatform,
  content: Blob,
  name: string,
): Promise<void> {
  const form = new FormData();
  form.append("file", content, name);
  const { authorization = "" } = writeHeaders as { authorization?: string };
  const response = await fetch(`${url}/api/library/files`, {
    method: "POST",
    headers: { authorization },
    body: form,
  });
  const text = await response.text();
  if (response.status !== 201) throw new Error(`upload of ${name}: ${response.status} ${text}`);
}
