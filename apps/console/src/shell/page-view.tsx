import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { pages } from "../pages/all.ts";
import type { Page, ViewProps } from "../pages/define.ts";
import { hrefOf, route } from "../router.ts";
import { isSignedIn } from "../session/session.ts";
import { MomentBanner } from "../time/slider.tsx";
import { Empty, Skeleton } from "../ui/state.tsx";
import { canSee } from "./access.ts";
import { announce } from "./announcer.tsx";
import { t } from "./words.ts";

const views = new Map<string, ComponentType<ViewProps>>();

/** The view of a page, loaded at its first use. */
function useView(page: Page | undefined) {
  const failed = useSignal<string | null>(null);
  const loaded = useSignal(0);
  useEffect(() => {
    if (!page || views.has(page.id)) return;
    page.load().then(
      ({ default: View }) => {
        views.set(page.id, View);
        loaded.value += 1;
      },
      // The files of the build that this tab has may be gone.
      () => (failed.value = page.id),
    );
  }, [page]);
  void loaded.value;
  return { View: page && views.get(page.id), isFailed: page?.id === failed.value };
}

function NoAccess() {
  return isSignedIn.value ? (
    <Empty title={t.noAccess}>{t.noAccessText}</Empty>
  ) : (
    <Empty title={t.needsAccount}>
      <a class="button" href={hrefOf("sign-in", [], { next: location.pathname + location.search })}>
        {t.signIn}
      </a>
    </Empty>
  );
}

/** The page of the address. */
export function PageView() {
  const { page: id, rest } = route.value;
  const page = pages.find((one) => one.id === id);
  const isAllowed = page !== undefined && canSee(page);
  const { View, isFailed } = useView(isAllowed ? page : undefined);
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  const title = page?.title() ?? t.notFound;

  useEffect(() => {
    document.title = `${title} · VEGA`;
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    main.current?.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
    announce(title);
  }, [id]);
  useEffect(() => {
    document.title = `${title} · VEGA`;
  }, [title]);

  return (
    <main ref={main} id="content" tabIndex={-1} data-page={id}>
      {page && isAllowed && <MomentBanner looksBack={page.looksBack} />}
      {!page && (
        <Empty title={t.notFound}>
          <a href={hrefOf("now")}>{t.toNow}</a>
        </Empty>
      )}
      {page && !isAllowed && <NoAccess />}
      {isFailed && (
        <Empty title={t.chunkFailed}>
          <button type="button" class="button" onClick={() => location.reload()}>
            {t.reload}
          </button>
        </Empty>
      )}
      {isAllowed && !View && !isFailed && <Skeleton lines={6} />}
      {View && <View rest={rest} title={title} key={id} />}
    </main>
  );
}
