import "./markdown.css";
import type { Token, Tokens } from "marked";
import { Marked } from "marked";
import { memo } from "../memo.ts";
import { useEffect, useRef } from "preact/hooks";
import { CopyButton } from "../controls.tsx";
import { highlight } from "./highlight.ts";
import { sanitize } from "./sanitize.ts";

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** HTML within Markdown is shown as text. */
const marked = new Marked({
  gfm: true,
  breaks: true,
  async: false,
  renderer: { html: ({ text }) => text.replaceAll(/[&<>]/g, (one) => ESCAPES[one] ?? one) },
});

/** One block as sanitized HTML. */
const Html = memo(({ raw }: { raw: string }) => {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (box.current) box.current.innerHTML = sanitize(marked.parse(raw) as string);
  }, [raw]);
  return <div class="md-block" ref={box} />;
});

/** Code with its language and a button that copies it; colours come once it is complete. */
const Code = memo(
  ({ text, language, isOpen }: { text: string; language: string; isOpen: boolean }) => {
    const code = useRef<HTMLElement>(null);
    useEffect(() => {
      const { current } = code;
      if (!current) return undefined;
      current.textContent = text;
      if (isOpen) return undefined;
      let isGone = false;
      highlight(text, language).then(
        (html) => {
          if (!isGone && html !== undefined) current.innerHTML = sanitize(html);
        },
        // Without colours it reads as well.
        () => undefined,
      );
      return () => {
        isGone = true;
      };
    }, [text, language, isOpen]);
    return (
      <div class="md-code">
        <div class="md-code-head">
          <span class="mono small muted">{language || "text"}</span>
          <CopyButton text={() => text} />
        </div>
        <pre tabIndex={0} aria-label={language || "code"} role="region">
          <code ref={code} />
        </pre>
      </div>
    );
  },
);

const isCode = (token: Token): token is Tokens.Code => token.type === "code";

/**
 * Markdown, block by block: while a text grows only its last block is parsed and drawn again.
 * @param isGrowing whether more text is to come
 */
export default function Markdown({ text, isGrowing }: { text: string; isGrowing: boolean }) {
  const tokens = marked.lexer(text).filter(({ type }) => type !== "space");
  return (
    <div class="md">
      {tokens.map((token, index) =>
        isCode(token) ? (
          <Code
            key={index}
            text={token.text}
            language={(token.lang ?? "").split(/\s/)[0] ?? ""}
            isOpen={isGrowing && index === tokens.length - 1}
          />
        ) : (
          <Html key={index} raw={token.raw} />
        ),
      )}
    </div>
  );
}
