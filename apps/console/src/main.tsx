import "./styles/index.css";
import { effect } from "@preact/signals";
import { render } from "preact";
import { hrefOf, navigate, route, startRouter } from "./router.ts";
import { isLooking, session, startSession } from "./session/session.ts";
import { Shell } from "./shell/shell.tsx";
import { startTheme } from "./theme.ts";

startTheme();
startRouter();
// A page that the browser kept has lost its part of the event stream.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});
// Without an account there is nothing to see but the sign-in, unless public reads allow to look around.
effect(() => {
  const isGuest = session.value.kind === "guest" && !isLooking.value;
  if (!isGuest || route.value.page === "sign-in") return;
  const next = location.pathname + location.search;
  navigate(hrefOf("sign-in", [], { next }), { replace: true });
});

const root = document.getElementById("app");
if (!root) throw new Error("the page has no element #app");
render(<Shell />, root);
void startSession();
