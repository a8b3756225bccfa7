import type { ToStream, ToTab } from "./protocol.ts";
import type { EventStream } from "./stream.ts";
import { openEventStream } from "./stream.ts";

/* The one event stream of a browser. Browsers open at most six connections to a server over HTTP/1.1. */

declare function addEventListener(type: "connect", listener: (event: MessageEvent) => void): void;

const tabs = new Set<MessagePort>();
let stream: EventStream | undefined;

const send = (message: ToTab) => {
  for (const tab of tabs) tab.postMessage(message);
};

const open = () =>
  openEventStream({
    onConnection: (connection) => send({ kind: "connection", connection }),
    onEvent: (event) => send({ kind: "event", event }),
  });

addEventListener("connect", ({ ports: [tab] }) => {
  if (!tab) return;
  tabs.add(tab);
  stream ??= open();
  const greeting: ToTab = { kind: "connection", connection: stream.connection() };
  tab.postMessage(greeting);
  tab.addEventListener("message", ({ data }: MessageEvent<ToStream>) => {
    if (data === "restart") return stream?.restart();
    tabs.delete(tab);
    if (tabs.size > 0) return;
    stream?.stop();
    stream = undefined;
  });
  tab.start();
});
