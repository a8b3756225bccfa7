import type { IncomingHttpHeaders } from "node:http";
import { describe, expect, test } from "vitest";
import { createBotTest } from "./bots.ts";
import { isDownload, isFromOwnPage, isPageView, isUntracked, referrerOf } from "./classify.ts";

const HTML = "text/html; charset=utf-8";
const get = (headers: IncomingHttpHeaders = {}, method = "GET") => ({ method, headers });

describe("a page view", () => {
  const navigation = { "sec-fetch-dest": "document", accept: "text/html,application/xml;q=0.9" };
  test.each<[string, boolean, IncomingHttpHeaders, number, string]>([
    ["a navigation", true, navigation, 200, HTML],
    ["a client without fetch metadata", true, {}, 200, HTML],
    ["a reload that was not modified", true, navigation, 304, ""],
    ["a style sheet that was not modified", false, { accept: "text/css" }, 304, ""],
    ["JSON", false, navigation, 200, "application/json"],
    ["an error page", false, navigation, 404, HTML],
    ["a redirect", false, navigation, 302, HTML],
    ["a frame", false, { "sec-fetch-dest": "iframe" }, 200, HTML],
    ["a prefetch", false, { ...navigation, "sec-purpose": "prefetch;prerender" }, 200, HTML],
    ["an old prefetch", false, { ...navigation, purpose: "prefetch" }, 200, HTML],
  ])("%s: %s", (_name, expected, headers, status, type) => {
    expect(isPageView(get(headers), status, type)).toBe(expected);
    expect(isPageView(get(headers, "HEAD"), status, type)).toBe(false);
  });
});

test("Do-Not-Track and Global Privacy Control are respected", () => {
  expect(isUntracked({ dnt: "1" })).toBe(true);
  expect(isUntracked({ "sec-gpc": "1" })).toBe(true);
  expect(isUntracked({ dnt: "0" })).toBe(false);
  expect(isUntracked({})).toBe(false);
});

test.each([
  [undefined, undefined],
  ["", undefined],
  ["nonsense", undefined],
  ["https://vega.example:8443/admin", undefined],
  ["https://vega.example/elsewhere", "vega.example"],
  ["https://News.Example.ORG:444/a?q=private#x", "news.example.org"],
  ["http://user:secret@example.org/", "example.org"],
  ["javascript:alert(1)", undefined],
  ["android-app://com.example", undefined],
  ["http://203.0.113.9/", "(address)"],
  ["http://[2001:db8::1]:80/", "(address)"],
  [`https://${"a.".repeat(200)}example/`, undefined],
])("the referrer %s is %s", (referer, expected) => {
  expect(referrerOf({ referer }, "vega.example:8443")).toBe(expected);
});

test("requests of an own page are those that the browser says so about", () => {
  expect(isFromOwnPage({ "sec-fetch-site": "same-origin", "sec-fetch-dest": "empty" })).toBe(true);
  expect(isFromOwnPage({ "sec-fetch-site": "cross-site", "sec-fetch-dest": "empty" })).toBe(false);
  expect(isFromOwnPage({ "sec-fetch-site": "same-origin", "sec-fetch-dest": "image" })).toBe(false);
  expect(isFromOwnPage({})).toBe(false);
});

test("a download counts once, not each part of it", () => {
  const file = 'attachment; filename="a.pdf"';
  expect(isDownload(get(), 200, file)).toBe(true);
  expect(isDownload(get({ range: "bytes=0-99" }), 206, file)).toBe(true);
  expect(isDownload(get({ range: "bytes=100-199" }), 206, file)).toBe(false);
  expect(isDownload(get(), 304, file)).toBe(false);
  expect(isDownload(get(), 200, "inline")).toBe(false);
  expect(isDownload(get({}, "POST"), 200, file)).toBe(false);
});

test("bots are known by their user agent, also after many others", () => {
  const isBot = createBotTest();
  const googlebot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
  const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
  for (let round = 0; round < 3; round += 1) {
    expect(isBot(googlebot)).toBe(true);
    expect(isBot("curl/8.5.0")).toBe(true);
    expect(isBot("")).toBe(true);
    expect(isBot(firefox)).toBe(false);
    for (let n = 0; n < 1_500; n += 1) isBot(`Mozilla/5.0 (of round ${round}, ${n})`);
  }
});
