/** Holds the built widget to its budgets (brotli 11, as served): prints a table, exit code 1 when one is over. */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { brotliCompressSync, constants } from "node:zlib";
import { bundle } from "./bundle.mjs";

const read = (path) => readFile(new URL(`../${path}`, import.meta.url), "utf8");
const document = async (name) => JSON.parse(await read(`tests/fixtures/${name}.json`));
const brotli = (text) =>
  brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }).length;
/**
 * The loader names its parts by 16 digits of their hashes, and which digits these are moves its size by some 25 bytes either
 * way: its size is the median over other digits.
 */
const median = (text) => {
  const sizes = Array.from({ length: 33 }, (_, turn) => {
    const digits = createHash("sha256").update(`${turn}`).digest("hex");
    let at = 0;
    return brotli(text.replace(/"[0-9a-f]{16}"/g, () => `"${digits.slice(at, (at += 16))}"`));
  });
  return sizes.sort((a, b) => a - b)[16];
};
/** As the server does it: the call's zeros become documents. */
const fill = (script, ...values) =>
  script.trimEnd().replace(/\([0,]+\);$/, () => `(${values.map((value) => JSON.stringify(value)).join()});`);

const names = ["placet", "signals", "gpp", "parts/preferences", "parts/after", "bootstrap", "discovery", "take-over"];
const [placet, signals, gpp, preferences, after, bootstrap, discovery, takeOver] = await Promise.all(
  names.map((name) => read(`dist/${name}.js`)),
);
const [config, notice] = [await document("config"), await document("notice")];
// As the server writes it (app/core/loader.py): none of these sells or shares, so nothing is said of Global Privacy Control.
const texts = { ...config.texts, gpc_status: undefined };
const eight = { ...config, trackers: config.trackers.slice(0, 8), gpc: undefined, texts };
// What runs on every page, by itself, with nothing of the config but what it decides and holds by.
const { site, ask_since, trackers } = eight;
const gate = fill(await bundle("gate/alone.ts", ["config"]), { site, ask_since, trackers });

const rows = [
  ["gate with the rules of 8 trackers", gate, 3_500],
  ["placet.js, code alone", placet, null],
  ["loader: placet.js with a config of 8 trackers", fill(placet, eight), 8_000],
  ["signals.js, code alone", signals, null],
  ["gpp.js, code alone", gpp, null],
  ["after part", after, 3_000],
  ["preferences part, code alone", preferences, 7_850],
  ["preferences part with its notice", fill(preferences, site, notice), null],
  ["bootstrap.js, inline", bootstrap, 400],
  ["discovery.js, for the owner alone", discovery, null],
  ["take-over.js, before the widget of a site that has moved", takeOver, 1_900],
].map(([name, text, budget]) => [name, text.length, (/^loader/.test(name) ? median : brotli)(text), budget]);
const line = (name, ...cells) => console.log(name.padEnd(48), ...cells.map((cell) => `${cell ?? ""}`.padStart(9)));
line("what", "minified", "brotli", "budget");
for (const row of rows) line(...row);

const over = rows.filter(([, , size, budget]) => budget !== null && size > budget);
for (const [name, , size, budget] of over) console.error(`over budget by ${size - budget} bytes: ${name}`);
process.exit(over.length ? 1 : 0);
