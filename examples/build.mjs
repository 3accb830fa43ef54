// Bundles the two trackers that come from npm into examples/static/vendor/, which is not in the repository.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const common = {
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  legalComments: "inline",
  logLevel: "warning",
};

await build({ ...common, entryPoints: [here("src/recorder.mjs")], outfile: here("static/vendor/recorder.js") });
await build({
  ...common,
  entryPoints: [here("src/analytics.mjs")],
  outfile: here("static/vendor/analytics.js"),
  inject: [here("src/running.mjs")],
  define: { fetch: "fetchUntilStopped" },
});
