import { definePage } from "../define.ts";

export const peoplePage = definePage({
  id: "people",
  title: ["People", "Menschen"],
  icon: "people",
  group: "admin",
  order: 1,
  permission: "admin",
  looksBack: false,
  load: () => import("./view.tsx"),
});
