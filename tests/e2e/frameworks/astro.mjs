// Compiles the page in Astro with Astro's own compiler and bundles it, as build.mjs does the others: what renders it on a
// server, and the scripts in it for the browser.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = `${root}/tests/e2e/astro`;
const compiler = createRequire(`${folder}/`).resolve("@astrojs/compiler-rs");
const { transform } = await import(pathToFileURL(compiler));

const scripts = {};
const compile = {
  name: "astro",
  setup({ onLoad, onResolve }) {
    onLoad({ filter: /\.astro$/, namespace: "file" }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const done = transform(source, {
        filename: path,
        internalURL: "astro/compiler-runtime",
        resolvePath: (to) => to,
      });
      if (done.diagnostics.length) throw new Error(JSON.stringify(done.diagnostics));
      scripts[path] = done.scripts.map(({ code }) => code).join("\n");
      return { loader: "ts", contents: done.code };
    });
    // What Astro's bundler knows of a project: here, nothing.
    onResolve({ filter: /^virtual:/ }, ({ path }) => ({ path, namespace: "unknown" }));
    onLoad({ filter: /./, namespace: "unknown" }, () => ({ contents: "export default undefined" }));
    // The scripts of a page, each beside the file that it stands in.
    onResolve({ filter: /^script of / }, ({ path }) => ({ path: path.slice(10), namespace: "script" }));
    onLoad({ filter: /./, namespace: "script" }, ({ path }) => ({
      loader: "ts",
      contents: scripts[path],
      resolveDir: path.replace(/[^/]+$/, ""),
    }));
  },
};
const bundle = (name, source, platform) =>
  build({
    stdin: { contents: source, resolveDir: folder },
    outfile: `${process.argv[2]}/astro-${name}.mjs`,
    bundle: true,
    format: "esm",
    target: "es2022",
    platform,
    alias: { "placet/astro": `${root}/packages/dist/astro` },
    nodePaths: [`${folder}/node_modules`],
    banner:
      platform === "node"
        ? { js: "import { createRequire } from 'node:module'; const require = createRequire('/');" }
        : {},
    plugins: [compile],
    tsconfigRaw: {},
    logLevel: "warning",
  });

await bundle(
  "server",
  `import { experimental_AstroContainer as Container } from "astro/container";
  import Page from "./Page.astro";
  const container = await Container.create();
  const page = await container.renderToString(Page, { props: JSON.parse(process.argv[2]) });
  // Astro's bundler gives each script an address; here they come with the page's bundle.
  const body = page.replace(/<script type="module" src="[^"]*"><\\/script>/g, "");
  process.stdout.write(JSON.stringify({ head: "", body }));`,
  "node",
);
const imports = Object.keys(scripts).map((path) => `import ${JSON.stringify(`script of ${path}`)};`);
await bundle("browser", imports.join("\n"), "browser");
