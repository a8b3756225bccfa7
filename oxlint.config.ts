import { defineConfig } from "oxlint";
import { layerOverrides } from "./tools/lint/layers.ts";

export default defineConfig({
  options: {
    typeAware: true,
  },
  plugins: ["typescript", "unicorn", "import", "promise", "oxc"],
  categories: {
    correctness: "error",
    suspicious: "error",
    perf: "error",
  },
  ignorePatterns: ["node_modules", "coverage", "bench/results"],
  rules: {
    "no-await-in-loop": "off",
    "no-underscore-dangle": "off",
    "import/no-unassigned-import": "off",
    "import/no-cycle": "error",
    "import/no-named-as-default": "off",
    "unicorn/prefer-top-level-await": "off",
    "promise/always-return": "off",
    "promise/no-promise-in-callback": "off",
    "unicorn/require-post-message-target-origin": "off",
    "no-unmodified-loop-condition": "off",
    "oxc/no-async-endpoint-handlers": "off",
    "typescript/no-unsafe-type-assertion": "off",
    "typescript/unbound-method": "off",
    "typescript/no-floating-promises": "error",
    "typescript/no-misused-promises": "error",
    "typescript/consistent-type-imports": "error",
    eqeqeq: [
      "error",
      "always",
      {
        null: "ignore",
      },
    ],
  },
  overrides: [
    {
      files: ["**/*.mjs"],
      rules: {
        "typescript/restrict-template-expressions": "off",
      },
    },
    ...layerOverrides,
    {
      // Handlers of a component are beside its markup.
      files: ["apps/console/src/**/*.tsx"],
      rules: { "unicorn/consistent-function-scoping": "off" },
    },
    {
      // Vite makes the module.
      files: ["apps/console/src/live/live.ts", "apps/console/src/pages/audit/verify.tsx"],
      rules: { "import/default": "off" },
    },
    {
      files: ["**/*.test.ts", "**/testing/**", "**/testing.ts", "**/contract/*.ts"],
      rules: {
        "no-restricted-imports": "off",
        "unicorn/consistent-function-scoping": "off",
        "oxc/no-map-spread": "off",
        "import/no-named-as-default-member": "off",
        "typescript/no-base-to-string": "off",
      },
    },
  ],
});
