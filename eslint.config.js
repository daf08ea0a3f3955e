import tanstackQuery from "@tanstack/eslint-plugin-query";
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

const capLines = (max) => ["error", { max, skipBlankLines: true, skipComments: true }];

export default tseslint.config(
  {
    ignores: [
      "node_modules/**",
      ".next/**",
      ".sluice/**",
      ".cache/**",
      "prisma/generated/**",
      "kit/dist/**",
      "next-env.d.ts",
      "lib/domain/globals.d.ts",
      "test/fixtures/**",
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "no-console": "error",
      "no-empty": ["error", { allowEmptyCatch: false }],
      "max-lines": capLines(300),
      "max-lines-per-function": capLines(50),
      "max-params": ["error", 3],
      eqeqeq: "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    },
  },
  { files: ["**/*.js", "**/*.mjs", "**/*.cjs"], ...tseslint.configs.disableTypeChecked },
  {
    files: ["**/*.tsx"],
    rules: { "max-lines-per-function": capLines(150) },
  },
  {
    files: ["app/**/*.{ts,tsx}", "components/**/*.{ts,tsx}", "lib/client/**/*.{ts,tsx}"],
    plugins: { "react-hooks": reactHooks, "jsx-a11y": jsxA11y, "@tanstack/query": tanstackQuery },
    rules: {
      ...reactHooks.configs.recommended.rules,
      ...jsxA11y.flatConfigs.strict.rules,
      ...tanstackQuery.configs["flat/recommended"][0].rules,
    },
  },
  {
    files: ["app/**/*.tsx", "components/**/*.tsx"],
    ignores: ["components/ui/link.tsx"],
    rules: {
      "no-restricted-imports": [
        "error",
        { name: "next/link", message: "#components/ui/link.tsx fetches ahead only what is pointed at." },
      ],
    },
  },
  { files: ["app/**/route.ts", "app/**/page.tsx"], rules: { "max-lines": capLines(40) } },
  {
    files: ["lib/domain/**/*.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: "The clock is passed in.",
        },
        {
          selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
          message: "The clock is passed in.",
        },
        {
          selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
          message: "Chance is passed in.",
        },
      ],
    },
  },
  {
    files: ["lib/**/*.ts", "app/**/*.{ts,tsx}", "components/**/*.{ts,tsx}"],
    ignores: ["lib/config.ts", "lib/domain/**", "lib/contracts/**"],
    rules: {
      "no-restricted-properties": [
        "error",
        { object: "process", property: "env", message: "lib/config.ts alone reads the environment." },
      ],
    },
  },
  { files: ["scripts/**", "bench/**", "stack/cli.ts"], rules: { "no-console": "off" } },
  {
    files: ["test/**/*.{ts,tsx}", "bench/**"],
    rules: {
      "max-lines-per-function": "off",
      // The cases of a table are spread over the parameters of one function.
      "max-params": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
);
