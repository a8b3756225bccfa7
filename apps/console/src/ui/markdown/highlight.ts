import type { HLJSApi, LanguageFn } from "highlight.js";

/** Each language is a file of its own. */
const LANGUAGES: Readonly<Record<string, () => Promise<{ default: LanguageFn }>>> = {
  bash: () => import("highlight.js/lib/languages/bash"),
  c: () => import("highlight.js/lib/languages/c"),
  cpp: () => import("highlight.js/lib/languages/cpp"),
  css: () => import("highlight.js/lib/languages/css"),
  diff: () => import("highlight.js/lib/languages/diff"),
  go: () => import("highlight.js/lib/languages/go"),
  java: () => import("highlight.js/lib/languages/java"),
  javascript: () => import("highlight.js/lib/languages/javascript"),
  json: () => import("highlight.js/lib/languages/json"),
  markdown: () => import("highlight.js/lib/languages/markdown"),
  python: () => import("highlight.js/lib/languages/python"),
  rust: () => import("highlight.js/lib/languages/rust"),
  sql: () => import("highlight.js/lib/languages/sql"),
  typescript: () => import("highlight.js/lib/languages/typescript"),
  xml: () => import("highlight.js/lib/languages/xml"),
  yaml: () => import("highlight.js/lib/languages/yaml"),
};
const ALIASES: Readonly<Record<string, string>> = {
  sh: "bash",
  shell: "bash",
  zsh: "bash",
  console: "bash",
  "c++": "cpp",
  js: "javascript",
  jsx: "javascript",
  mjs: "javascript",
  jsonc: "json",
  md: "markdown",
  py: "python",
  rs: "rust",
  ts: "typescript",
  tsx: "typescript",
  html: "xml",
  svg: "xml",
  yml: "yaml",
};

/** Longer code is shown without colours: they would take more than a frame. */
const MAX_LENGTH = 40_000;

let core: Promise<HLJSApi> | undefined;

/** Code as HTML with classes for its colours; undefined for an unknown language. */
export async function highlight(code: string, named: string): Promise<string | undefined> {
  const name = ALIASES[named.toLowerCase()] ?? named.toLowerCase();
  const load = LANGUAGES[name];
  if (!load || code.length > MAX_LENGTH) return undefined;
  core ??= import("highlight.js/lib/core").then(({ default: hljs }) => hljs);
  const [hljs, { default: language }] = await Promise.all([core, load()]);
  if (!hljs.getLanguage(name)) hljs.registerLanguage(name, language);
  return hljs.highlight(code, { language: name, ignoreIllegals: true }).value;
}
