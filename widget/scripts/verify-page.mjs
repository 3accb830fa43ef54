/** Builds widget/dist/verify.html, the page that verifies a bundle: one file, with its style and its script inside. */

import { readFile } from "node:fs/promises";
import { build, transform } from "esbuild";
import { compress, root } from "./bundle.mjs";

const folder = `${root}/widget/verifier`;

export async function verifyPage() {
  const bundled = await build({
    absWorkingDir: root,
    entryPoints: [`${folder}/index.ts`],
    bundle: true,
    charset: "utf8",
    format: "iife",
    target: "es2022",
    legalComments: "none",
    logLevel: "warning",
    write: false,
  });
  const script = (await compress(bundled.outputFiles[0].text)).trim();
  // Nothing in a script element may look like its end, or like a comment's beginning.
  if (/<\/script|<!--/i.test(script)) throw new Error("the page's script would end too early");
  const style = await transform(await readFile(`${folder}/page.css`, "utf8"), { loader: "css", minify: true });
  const page = await readFile(`${folder}/page.html`, "utf8");
  return page.replace("STYLE", () => style.code.trim()).replace("SCRIPT", () => script);
}
