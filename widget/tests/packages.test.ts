// @vitest-environment node
/** What of ours is in an application that uses one word of a framework's package: bundled as such applications are. */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { compile } from "svelte/compiler";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const FRAMEWORKS = ["react", "react/*", "vue", "svelte", "svelte/*"];

const svelte: Plugin = {
  name: "svelte",
  setup({ onLoad }) {
    onLoad({ filter: /\.svelte$/ }, async ({ path }) => ({
      contents: compile(await readFile(path, "utf8"), { filename: path }).js.code,
    }));
  },
};

/** Bundles an application; returns what it has of each file of ours, and all of it. */
async function bundle(source: string) {
  const { metafile, outputFiles } = await build({
    stdin: { contents: source, resolveDir: root },
    bundle: true,
    format: "esm",
    minify: true,
    metafile: true,
    write: false,
    external: FRAMEWORKS,
    plugins: [svelte],
    tsconfigRaw: {},
    logLevel: "silent",
  });
  const [{ inputs, imports }] = Object.values(metafile.outputs);
  const used = Object.entries(inputs).filter(([file, { bytesInOutput }]) => bytesInOutput > 0 && file !== "<stdin>");
  return {
    files: used.map(([file]) => file.replace("packages/dist/", "")).sort(),
    imports: imports.map(({ path }) => path).sort(),
    // What is taken from outside stands there by name, used or not.
    text: outputFiles[0].text.replace(/import\{[^}]*\}from"[^"]*";/g, ""),
  };
}

test.each([
  ["react", ["core/consent.js", "react/index.js"], ["react"]],
  ["next", ["core/consent.js", "next/index.js", "react/index.js"], ["react"]],
  ["vue", ["core/consent.js", "vue/index.js"], ["vue"]],
  ["svelte", ["core/consent.js", "svelte/consent.js"], ["svelte/reactivity"]],
  ["astro", ["astro/index.js", "core/consent.js"], []],
])("who uses only the hook of %s has nothing else of ours", async (name, files, imports) => {
  const app = await bundle(`import { useConsent } from "placet/${name}"; console.log(useConsent)`);
  expect(app.files).toEqual(files);
  expect([...new Set(app.imports)]).toEqual(imports);
  expect(app.text).not.toMatch(/template|script|createElement|fallback|Allowed/);
  expect(app.text.length).toBeLessThan(800);
});

test.each(["react", "next", "vue"])(
  "all of %s is small, and neither the framework nor the widget is in it",
  async (name) => {
    const app = await bundle(`export * from "placet/${name}"`);
    expect(app.files.filter((file) => !/^(core|react|next|vue)\//.test(file))).toEqual([]);
    expect([...new Set(app.imports)]).toEqual([name === "vue" ? "vue" : "react"]);
    expect(app.text.length).toBeLessThan(2000);
  },
);

test("who imports the package and uses nothing of it has nothing of it", async () => {
  for (const name of ["react", "next", "vue", "astro"]) {
    const app = await bundle(
      `import "placet/${name}"; import { useConsent as _ } from "placet/${name}"; console.log(1)`,
    );
    expect(app.files).toEqual([]);
  }
});
