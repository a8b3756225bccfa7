import { definePage } from "../define.ts";
import { t } from "./words.ts";

export const signInPage = definePage({
  id: "sign-in",
  title: () => t.title,
  icon: "key",
  group: "account",
  order: 9,
  permission: null,
  looksBack: false,
  isListed: false,
  load: () => import("./view.tsx"),
});
