import { definePage } from "../define.ts";

export const accountPage = definePage({
  id: "account",
  title: ["My account", "Mein Konto"],
  icon: "account",
  group: "account",
  order: 1,
  permission: "account",
  looksBack: false,
  load: () => import("./view.tsx"),
});
