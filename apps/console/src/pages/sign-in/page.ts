import { definePage } from "../define.ts";

export const signInPage = definePage({
  id: "sign-in",
  title: ["Sign in", "Anmelden"],
  icon: "key",
  group: "account",
  order: 9,
  permission: null,
  looksBack: false,
  isListed: false,
  load: () => import("./view.tsx"),
});
