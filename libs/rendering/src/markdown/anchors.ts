/** Creates anchors of headings as GitHub does: `Two words!` → `two-words`, a second one `two-words-1`. */
export function createAnchors(): (heading: string) => string {
  const used = new Set<string>();
  const nextOf = new Map<string, number>();
  return (heading) => {
    const words = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(/\s/gu, "-");
    const base = words || "section";
    let anchor = base;
    let next = nextOf.get(base) ?? 1;
    for (; used.has(anchor); next += 1) anchor = `${base}-${next}`;
    nextOf.set(base, next);
    used.add(anchor);
    return anchor;
  };
}
