// Bundles the page of each framework, in its development build (which is the one that warns), for the browser and for the
// server, into the folder given as argument.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compile } from "svelte/compiler";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const PAGES = {
  "react-18": { app: "react.tsx", alias: { react: "react-18", "react-dom": "react-dom-18" } },
  "react-19": { app: "react.tsx" },
  svelte: { app: "svelte.ts" },
  vue: { app: "vue.ts" },
};

const svelte = (generate) => ({
  name: "svelte",
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.svelte$/ }, async ({ path: filename }) => ({
      contents: compile(await readFile(filename, "utf8"), { filename, generate, dev: true }).js.code,
    })),
});

await Promise.all(
  Object.entries(PAGES).flatMap(([name, { app, alias }]) =>
    ["browser", "server"].map((side) =>
      build({
        entryPoints: { [`${name}-${side}`]: here(`${side}.ts`) },
        outdir: process.argv[2],
        outExtension: { ".js": ".mjs" },
        bundle: true,
        format: "esm",
        target: "es2022",
        jsx: "automatic",
        platform: side === "server" ? "node" : "browser",
        conditions: ["svelte", "development"],
        define: {
          "process.env.NODE_ENV": '"development"',
          __VUE_OPTIONS_API__: "true",
          __VUE_PROD_DEVTOOLS__: "false",
          __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "true",
        },
        alias: { app: here(app), ...alias },
        // What is CommonJS in there asks for Node's own modules.
        banner:
          side === "server"
            ? { js: "import { createRequire } from 'node:module'; const require = createRequire('/');" }
            : {},
        plugins: [svelte(side === "server" ? "server" : "client")],
        tsconfigRaw: {},
        logLevel: "warning",
      }),
    ),
  ),
);
