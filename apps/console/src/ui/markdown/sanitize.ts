import DOMPurify from "dompurify";

/*
 * HTML of models and people becomes part of the page here and nowhere else. Remote images would tell another host that
 * and when they are looked at, so they become links.
 */

const ALLOWED_TAGS = [
  "a",
  "b",
  "blockquote",
  "br",
  "code",
  "del",
  "em",
  "h1",
  "h2",
  "h3",
  "h4",
  "h5",
  "h6",
  "hr",
  "i",
  "img",
  "input",
  "ins",
  "kbd",
  "li",
  "mark",
  "ol",
  "p",
  "pre",
  "s",
  "span",
  "strong",
  "sub",
  "sup",
  "table",
  "tbody",
  "td",
  "th",
  "thead",
  "tr",
  "ul",
];
const ALLOWED_ATTR = [
  "href",
  "title",
  "alt",
  "src",
  "align",
  "start",
  "type",
  "checked",
  "disabled",
  "class",
  "target",
  "rel",
];
const LOCAL_IMAGE = /^(data:image\/(png|jpeg|gif|webp|avif);|blob:)/i;

DOMPurify.addHook("afterSanitizeAttributes", (node) => {
  if (node instanceof HTMLAnchorElement) {
    node.target = "_blank";
    node.rel = "noopener noreferrer";
  }
  if (node instanceof HTMLInputElement && node.type !== "checkbox") node.remove();
  if (node instanceof HTMLImageElement) {
    const source = node.getAttribute("src") ?? "";
    if (LOCAL_IMAGE.test(source)) return;
    const link = document.createElement("a");
    link.href = /^https?:/i.test(source) ? source : "#";
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    link.textContent = node.alt || source;
    node.replaceWith(link);
  }
});

/** HTML without anything that runs or loads; a TrustedHTML where the browser has them. */
export const sanitize = (html: string): string =>
  DOMPurify.sanitize(html, {
    ALLOWED_TAGS,
    ALLOWED_ATTR,
    ALLOW_DATA_ATTR: false,
    RETURN_TRUSTED_TYPE: true,
  }) as unknown as string;
