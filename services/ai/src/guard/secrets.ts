/*
 * Rules for secrets with a distinctive format. Rules based on randomness alone would refuse many harmless texts.
 * Formats by the issuers' pages and gitleaks: https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml
 *
 * Each pattern takes linear time: it starts with a fixed text at a word boundary, so each run of characters is scanned
 * once, and all other repetitions are bounded.
 */

interface SecretRule {
  readonly name: string;
  /** Each match contains one of these; searching for them first makes most texts cheap. */
  readonly hints: readonly string[];
  readonly pattern: RegExp;
  /** Matches that are the issuer's documented examples. */
  readonly known?: RegExp;
}

/** A token with a fixed prefix and an alphabet. */
const token = (
  name: string,
  hints: readonly string[],
  form: string,
  known?: RegExp,
): SecretRule => ({
  name,
  hints,
  pattern: new RegExp(`(?<![\\w-])(?:${form})`, "g"),
  ...(known && { known }),
});

const PEM =
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----\s{0,8}(?:[A-Za-z-]{1,20}: [^\r\n]{0,100}\r?\n\s{0,8}){0,4}[A-Za-z0-9+/=\s\\]{64}/g;
const AWS_SECRET =
  /secret_?access_?key["']{0,2}\s{0,8}[=:]\s{0,8}["']?[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/])/gi;
const AWS_EXAMPLE = /EXAMPLE(?:KEY)?$/;

/** In order of priority. */
const RULES: readonly SecretRule[] = [
  { name: "private-key", hints: ["PRIVATE KEY"], pattern: PEM },
  token(
    "aws-access-key",
    ["AKIA", "ASIA", "ABIA", "ACCA"],
    "A(?:KIA|SIA|BIA|CCA)[A-Z2-7]{16}(?!\\w)",
    AWS_EXAMPLE,
  ),
  {
    name: "aws-secret-key",
    hints: ["ccess_key", "ccessKey", "ccess_Key", "CCESS_KEY"],
    pattern: AWS_SECRET,
    known: AWS_EXAMPLE,
  },
  token("anthropic-key", ["sk-ant-"], "sk-ant-[a-z]{2,10}\\d\\d-[\\w-]{20,}"),
  token("openai-key", ["sk-"], "sk-(?:proj|svcacct|admin)-[\\w-]{20,}"),
  token("openrouter-key", ["sk-or-"], "sk-or-v1-[0-9a-f]{32,}"),
  // DeepSeek, older OpenAI keys, and many compatible providers.
  token("sk-key", ["sk-"], "sk-[A-Za-z0-9]{32,}"),
  token("xai-key", ["xai-"], "xai-[A-Za-z0-9]{40,}"),
  token("groq-key", ["gsk_"], "gsk_[A-Za-z0-9]{40,}"),
  token("google-key", ["AIza"], "AIza[\\w-]{35}(?![\\w-])"),
  token("huggingface-token", ["hf_"], "hf_[A-Za-z]{34}(?!\\w)"),
  token(
    "github-token",
    ["ghp_", "gho_", "ghs_", "ghu_", "ghr_", "github_pat_"],
    "gh[opsur]_[A-Za-z0-9]{36,}|github_pat_\\w{50,}",
  ),
  token("gitlab-token", ["glpat-"], "glpat-[\\w-]{20,}"),
  token("slack-token", ["xox"], "xox[abeoprs]-[\\w-]{20,}"),
  token("stripe-key", ["k_live_"], "[rs]k_live_[A-Za-z0-9]{20,}"),
  token("npm-token", ["npm_"], "npm_[A-Za-z0-9]{36}(?!\\w)"),
  token("vega-key", ["vega_"], "vega_[\\w-]{60,}"),
  token("jwt", ["eyJ"], "eyJ[\\w-]{12,}\\.eyJ[\\w-]{12,}\\.[\\w-]{16,}"),
];

/** Decodes escaped line ends of JSON, so that a token after one starts at a word boundary. */
const unescaped = (text: string) =>
  text.includes("\\")
    ? text.replaceAll(/\\[rnt]/g, (escape) => (escape === "\\n" ? "\n" : " "))
    : text;

export const SECRET_RULES: readonly string[] = RULES.map(({ name }) => name);

/** Name of the first matching rule; never the secret itself. */
export function findSecret(text: string): string | undefined {
  const plain = unescaped(text);
  const fits = ({ hints, pattern, known }: SecretRule) => {
    if (!hints.some((hint) => plain.includes(hint))) return false;
    for (const [match] of plain.matchAll(pattern)) if (!known?.test(match)) return true;
    return false;
  };
  return RULES.find(fits)?.name;
}
