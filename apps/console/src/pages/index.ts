/* Every page of the console, in alphabetical order. A new page adds its line here. */
export { chatPage } from "./chat/page.ts";
export { eventsPage } from "./events/page.ts";
export { nowPage } from "./now/page.ts";
export { signInPage } from "./sign-in/page.ts";
