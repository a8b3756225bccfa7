import { getDocumentProxy } from "unpdf";

/*
 * A process of its own that extracts the text of a PDF: bytes on stdin, text on stdout. Its parent limits time and memory,
 * so a hostile file ends this process alone. Arguments: the longest text in characters, the most pages.
 */

const [most = 0, pages = 0] = process.argv.slice(2).map(Number);

const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
const document = await getDocumentProxy(new Uint8Array(Buffer.concat(chunks)), {
  stopAtErrors: false,
  verbosity: 0,
});
let text = "";
for (let number = 1; number <= Math.min(document.numPages, pages); number += 1) {
  const page = await document.getPage(number);
  const { items } = await page.getTextContent();
  for (const item of items) {
    if ("str" in item) text += item.str + (item.hasEOL ? "\n" : "");
    if (text.length > most) break;
  }
  text += "\n";
  if (text.length > most) break;
}
process.stdout.write(text.slice(0, most).toWellFormed());
