/** Holds the built widget to its budgets (brotli 11, as served): prints a table, exit code 1 when one is over. */

import { readFile } from "node:fs/promises";
import { brotliCompressSync, constants } from "node:zlib";

const read = (path) => readFile(new URL(`../${path}`, import.meta.url), "utf8");
const document = async (name) => JSON.stringify(JSON.parse(await read(`tests/fixtures/${name}.json`)));
const brotli = (text) =>
  brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }).length;

const [placet, preferences] = [await read("dist/placet.js"), await read("dist/preferences.js")];
const [config, notice] = [await document("config"), await document("notice")];
const site = JSON.stringify(JSON.parse(config).site);
/** As the server does it: the call's zeros become documents. */
const fill = (script, zeros, values) => script.trimEnd().replace(zeros, () => `(${values});`);
const loader = fill(placet, /\(0\);$/, config);
const part = fill(preferences, /\(0,0\);$/, `${site},${notice}`);

const rows = [
  ["placet.js, code alone", placet.length, brotli(placet), null],
  ["loader: placet.js with a config of 11 trackers", loader.length, brotli(loader), 8 * 1024],
  ["preferences.js, code alone", preferences.length, brotli(preferences), null],
  ["preferences part with its notice", part.length, brotli(part), null],
  ["code of both parts", placet.length + preferences.length, brotli(placet) + brotli(preferences), 10_000],
];
const line = (name, ...cells) => console.log(name.padEnd(48), ...cells.map((cell) => `${cell ?? ""}`.padStart(9)));
line("what", "minified", "brotli", "budget");
for (const row of rows) line(...row);

const over = rows.filter(([, , size, budget]) => budget !== null && size > budget);
for (const [name, , size, budget] of over) console.error(`over budget by ${size - budget} bytes: ${name}`);
process.exit(over.length ? 1 : 0);
