/**
 * The widget for pages that pin it: `<script src="…/v1/widgets/<sha256>.js" integrity="sha256-…" data-site="s_…">`. What is fetched is
 * the config, which is JSON and runs nothing, and parts under their own hashes. The build wraps it into `(function(){…})();`.
 */

import { say } from "./attempt";
import { configOf, fetchConfig } from "./public-config";
import { start } from "./start";
import { setSource } from "./trusted";

/** By part: the beginning of the SHA-256 of its script. */
declare const PARTS: Record<string, string>;
declare const VERSION: string;

const tag = document.currentScript as HTMLScriptElement | null;
const [, api, sha256] = /^(.*)\/v1\/widgets\/([0-9a-f]{64})\.js/.exec(tag?.src || "") || [];
const site = tag?.dataset.site;

if (tag && site && api && sha256) {
  const minor = "minor" in tag.dataset;
  fetchConfig(api, site, minor, tag.dataset.lang).then((config) => {
    start(configOf(config, api, { version: VERSION, sha256 }), {
      minor,
      nonce: tag.nonce,
      isStrict: false,
      // As in the loader (index.ts), whose visitors would pay some twenty bytes if the two shared it.
      load(name, fail) {
        const script = document.createElement("script");
        script.nonce = tag.nonce!;
        script.crossOrigin = tag.crossOrigin;
        setSource(script, `${api}/s/${site}/${config.notice.sha256}.${name}-${PARTS[name]}.js`);
        script.onerror = fail;
        document.head.append(script);
      },
    });
  }, say);
} else if (tag) say("a pinned tag has data-site and the address of a build, /v1/widgets/<sha256>.js");
