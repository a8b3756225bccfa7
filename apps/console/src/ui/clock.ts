import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { serverNow } from "../api/client.ts";

/** The server's time by this browser's clock; it moves while a component shows it and the page is visible. */
const seconds = signal(serverNow());

let users = 0;
let timer: ReturnType<typeof setInterval> | undefined;

const tick = () => {
  if (document.visibilityState === "visible") seconds.value = serverNow();
};

/** Milliseconds since the epoch, to the second. */
export function useNow(): number {
  useEffect(() => {
    users += 1;
    timer ??= setInterval(tick, 1_000);
    return () => {
      users -= 1;
      if (users > 0) return;
      clearInterval(timer);
      timer = undefined;
    };
  }, []);
  return seconds.value;
}
