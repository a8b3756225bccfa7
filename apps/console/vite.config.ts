import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** The API during `vite`, the development server. */
const API = process.env["VEGA_API"] ?? "http://127.0.0.1:5000";

export default defineConfig({
  root: import.meta.dirname,
  base: "/console/",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  resolve: {
    alias: [
      {
        // Set-up builds without the packages of the libraries: modules with `apply` import none.
        find: /^@vega\/contracts\/(.+)\/apply$/,
        replacement: fileURLToPath(
          new URL("../../libs/contracts/src/$1/apply.ts", import.meta.url),
        ),
      },
    ],
  },
  build: {
    target: "es2023",
    // The polyfill is for browsers older than the target.
    modulePreload: { polyfill: false },
    // Every file has to be a file: the policy allows no data URLs for scripts and styles.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  worker: { format: "es" },
  server: { proxy: { "^/(api|v1|docs|readyz|livez)": { target: API } } },
});
