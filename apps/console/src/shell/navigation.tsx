import { pages } from "../pages/all.ts";
import { GROUPS } from "../pages/define.ts";
import { hrefOf, route } from "../router.ts";
import { Icon } from "../ui/icon.tsx";
import { canSee } from "./access.ts";
import { t } from "./words.ts";

/** The pages that the caller may open, by group. */
export function Navigation({ isOpen, onPicked }: { isOpen: boolean; onPicked: () => void }) {
  const current = route.value.page;
  return (
    <nav id="navigation" class={isOpen ? "nav nav-open" : "nav"} aria-label={t.navigation}>
      {GROUPS.map((group) => {
        const shown = pages.filter(
          (page) => page.group === group && page.isListed !== false && canSee(page),
        );
        if (shown.length === 0) return null;
        return (
          <section key={group}>
            <h2>{t[group]}</h2>
            <ul>
              {shown.map(({ id, title, icon }) => (
                <li key={id}>
                  <a
                    href={hrefOf(id)}
                    aria-current={id === current ? "page" : undefined}
                    onClick={onPicked}
                  >
                    <Icon name={icon} />
                    {title()}
                  </a>
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </nav>
  );
}
