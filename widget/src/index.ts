/** The loader's script: the build wraps it into `(function(config){…})(0);`, the server puts the config for the `0`. */

import { attempt } from "./attempt";
import { start } from "./start";
import { setSource } from "./trusted";
import type { LoaderConfig } from "./types";

declare const config: LoaderConfig | 0 | null;
/** By part: the beginning of the SHA-256 of its script, so that our own hash, which receipts cite, speaks for all. */
declare const PARTS: Record<string, string>;

if (config) {
  attempt(() => {
    const { api, site, notice } = config;
    const make = () => document.createElement("script");
    // Whoever runs us without a tag gets what a tag without attributes gets.
    const tag = (document.currentScript as HTMLScriptElement | null) || make();
    start(config, {
      minor: "minor" in tag.dataset || /[?&]minor=1/.test(tag.src),
      nonce: tag.nonce,
      isStrict: tag.dataset.strict,
      // What lets our tag in (nonce, CORS) lets the part in, which then calls `placet._part`.
      load(name, fail) {
        const script = make();
        script.nonce = tag.nonce!;
        script.crossOrigin = tag.crossOrigin;
        setSource(script, `${api}/s/${site}/${notice.sha256}.${name}-${PARTS[name]}.js`);
        script.onerror = fail;
        document.head.append(script);
      },
    });
  });
}
