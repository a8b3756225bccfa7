/* Every page of the console, in alphabetical order. A new page adds its line here. */
export { accountPage } from "./account/page.ts";
export { agentsPage } from "./agents/page.ts";
export { auditPage } from "./audit/page.ts";
export { chatPage } from "./chat/page.ts";
export { eventsPage } from "./events/page.ts";
export { memoryPage } from "./memory/page.ts";
export { modulesPage } from "./modules/page.ts";
export { nowPage } from "./now/page.ts";
export { operationsPage } from "./operations/page.ts";
export { peoplePage } from "./people/page.ts";
export { signInPage } from "./sign-in/page.ts";
export { timePage } from "./time/page.ts";
export { usagePage } from "./usage/page.ts";
