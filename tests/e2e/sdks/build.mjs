// Bundles the session recorder and two analytics SDKs from npm, each as a site would, into the folder given as argument.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

await build({
  entryPoints: ["recorder", "posthog", "mixpanel"].map((name) => here(`${name}.mjs`)),
  outdir: process.argv[2],
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  legalComments: "none",
  logLevel: "warning",
});
