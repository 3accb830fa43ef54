/**
 * Builds the widget into widget/dist, as docs/widget.md says: placet.js, signals.js, gpp.js, pinned.js, parts/ and build.json for the server,
 * bootstrap.js for pages, module/ for bundlers, verify.html for bundles. The same sources give the same bytes; nothing is read but the sources
 * and package.json.
 */

import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { build } from "esbuild";
import { bundle, common, compress, root } from "./bundle.mjs";
import { verifyPage } from "./verify-page.mjs";

const { version } = JSON.parse(await readFile(`${root}/package.json`, "utf8"));
const sha256 = (text) => createHash("sha256").update(text).digest("hex");

const parts = {
  preferences: await bundle("preferences/index.ts", ["site", "notice"]),
  after: await bundle("after/index.ts", ["site"]),
};
const hashes = Object.fromEntries(Object.entries(parts).map(([name, script]) => [name, sha256(script)]));
// The loader names the parts it belongs to, so that its own hash, which receipts cite, speaks for them too.
const prefixes = Object.fromEntries(Object.entries(hashes).map(([name, hash]) => [name, hash.slice(0, 16)]));
const loader = (define) => bundle("index.ts", ["config"], { PARTS: JSON.stringify(prefixes), ...define });
const builds = {
  placet: await loader({}),
  signals: await loader({ SIGNALS: "true" }),
  gpp: await loader({ SIGNALS: "true", GPP: "true" }),
  // For pages that pin it by `integrity`: it fetches its config.
  pinned: await bundle("pinned.ts", [], {
    PARTS: JSON.stringify(prefixes),
    VERSION: JSON.stringify(version),
    SIGNALS: "true",
  }),
};
// After all others: how their names are shortened, and so their hashes, does not depend on it.
const discovery = await bundle("discovery/index.ts", ["site", "listed"]);
const takeOver = await bundle("take-over/index.ts", ["take"]);
const bootstrap = await build({
  ...common,
  format: "iife",
  entryPoints: [`${root}/widget/src/bootstrap.ts`],
  write: false,
});

const dist = `${root}/widget/dist`;
await rm(dist, { recursive: true, force: true });
await mkdir(`${dist}/parts`, { recursive: true });
for (const [name, script] of Object.entries(parts)) await writeFile(`${dist}/parts/${name}.js`, script);
// The first line has Chromium compile every function ahead, in the background: nearly all of them run at once.
const scripts = Object.entries(builds).map(([name, script]) => [name, `//# allFunctionsCalledOnLoad\n${script}`]);
for (const [name, script] of scripts) await writeFile(`${dist}/${name}.js`, script);
await writeFile(`${dist}/discovery.js`, discovery);
await writeFile(`${dist}/take-over.js`, takeOver);
await writeFile(`${dist}/bootstrap.js`, `${await compress(bootstrap.outputFiles[0].text)}\n`);
await build({
  ...common,
  entryPoints: { index: `${root}/widget/src/module.ts` },
  define: { SIGNALS: "true", GPP: "true" },
  outdir: `${dist}/module`,
  splitting: true,
  minifySyntax: true,
  minifyWhitespace: true,
});
await writeFile(`${dist}/verify.html`, await verifyPage());
const facts = {
  version,
  builds: Object.fromEntries(scripts.map(([name, script]) => [name, sha256(script)])),
  parts: hashes,
  discovery: sha256(discovery),
  "take-over": sha256(takeOver),
};
await writeFile(`${dist}/build.json`, `${JSON.stringify(facts)}\n`);
