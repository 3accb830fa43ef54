/**
 * Builds the widget: widget/dist/placet.js, preferences.js and build.json, as docs/widget.md says.
 * The same sources give the same bytes; nothing is read but the sources and package.json.
 */

import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { minify } from "terser";
import { OWN_NAMES } from "./own-names.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { version } = JSON.parse(await readFile(`${root}/package.json`, "utf8"));
const sha256 = (text) => createHash("sha256").update(text).digest("hex");

let mangleCache = {};

/** Bundles one entry into a function of `parameters`, called with zeros that the server replaces. */
async function bundle(entry, parameters, head = "") {
  const bundled = await build({
    entryPoints: [`${root}/widget/src/${entry}`],
    absWorkingDir: root,
    bundle: true,
    write: false,
    charset: "utf8",
    format: "esm",
    target: "es2021",
    legalComments: "none",
    logLevel: "warning",
    mangleProps: OWN_NAMES,
    mangleCache,
  });
  mangleCache = bundled.mangleCache;
  const script = `(function(${parameters.join()}){"use strict";${bundled.outputFiles[0].text}})`;
  // Minified without its call: with zeros for arguments nothing of it would be left.
  const { code } = await minify(`globalThis.x=${script}`, {
    ecma: 2020,
    compress: { passes: 3, unsafe_arrows: true },
    format: { ecma: 2020 },
  });
  const zeros = parameters.map(() => "0").join();
  return `${head}${code.replace(/^globalThis\.x=/, "(").replace(/;$/, "")})(${zeros});\n`;
}

// The loader names the part it belongs to, so that its own hash, which receipts cite, speaks for both.
const preferences = await bundle("preferences/index.ts", ["site", "notice"]);
const placet = await bundle("index.ts", ["config"], `/*!Placet ${version} ${sha256(preferences).slice(0, 24)}*/\n`);

const dist = `${root}/widget/dist`;
await mkdir(dist, { recursive: true });
await writeFile(`${dist}/preferences.js`, preferences);
await writeFile(`${dist}/placet.js`, placet);
const facts = { version, sha256: sha256(placet), preferences: sha256(preferences) };
await writeFile(`${dist}/build.json`, `${JSON.stringify(facts)}\n`);
