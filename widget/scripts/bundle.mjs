/** How one entry of widget/src becomes a script: bundled by esbuild, own names shortened, minified by terser. */

import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { minify } from "terser";
import { OWN_NAMES } from "./own-names.mjs";

export const root = fileURLToPath(new URL("../..", import.meta.url));

let mangleCache = {};
export const common = {
  absWorkingDir: root,
  bundle: true,
  charset: "utf8",
  format: "esm",
  target: "es2021",
  legalComments: "none",
  logLevel: "warning",
  // The build for sites whose trackers have signals says otherwise.
  define: { SIGNALS: "false", GPP: "false" },
};

export const compress = async (script) => {
  const { code } = await minify(script, {
    ecma: 2020,
    compress: { passes: 6, inline: 1, unsafe: true, unsafe_arrows: true, pure_getters: true, keep_fargs: false },
    format: { ecma: 2020 },
  });
  return code;
};

/** Bundles one entry into a function of `parameters`, called with zeros that the server replaces; `define` are constants. */
export async function bundle(entry, parameters, define = {}) {
  const bundled = await build({
    ...common,
    entryPoints: [`${root}/widget/src/${entry}`],
    write: false,
    define: { ...common.define, ...define },
    mangleProps: OWN_NAMES,
    mangleCache,
  });
  mangleCache = bundled.mangleCache;
  const script = `(function(${parameters.join()}){"use strict";${bundled.outputFiles[0].text}})`;
  // Minified without its call: with zeros for arguments nothing of it would be left.
  const code = await compress(`globalThis.x=${script}`);
  const zeros = parameters.map(() => "0").join();
  // Rules of a style sheet stand on lines of their own for whoever reads the sources; browsers need no line ends.
  const lean = code.replace(/}\\n/g, "}");
  return `${lean.replace(/^globalThis\.x=/, "(").replace(/;$/, "")})(${zeros});\n`;
}
