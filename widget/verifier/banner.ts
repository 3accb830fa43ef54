/**
 * Draws the banner again as a receipt says that it was shown: the cited build with what the loader carried, in a frame that can reach
 * nothing. What runs there is the bundle's: it is in an origin of its own, under a policy without any network.
 */

import { h } from "./dom";
import type { Pieces } from "./engine";
import { type Fields, isObject, type Json } from "./json";

const WIDTHS: { [viewport: string]: [number, number] } = { narrow: [360, 640], medium: [768, 800], wide: [1280, 800] };
/** Stands in our own policy, too, which frames inherit. */
const NONCE = "placet";
const POLICY = `default-src 'none'; script-src 'nonce-${NONCE}'; style-src 'nonce-${NONCE}'`;

/** JSON that may stand inside a script element. */
const inScript = (value: unknown): string =>
  JSON.stringify(value).replace(/[<\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Puts values in the place of the zeros that a script of ours ends in (docs/widget.md). */
const filled = (script: string, ...values: Json[]): string =>
  script.trimEnd().replace(/\((?:0,?)+\);$/, () => `(${values.map((value) => JSON.stringify(value)).join()});`);

/** What the widget needs of the loader's config to be drawn: nothing is held, told or sent there. */
function drawable(loader: Fields, { widget, layout }: Pieces["receipt"]): Fields {
  const objects = (value: Json | undefined) => (Array.isArray(value) ? value : []).filter(isObject);
  return {
    ...loader,
    layout: layout ?? loader.layout!,
    api: "",
    widget: widget as unknown as Json,
    shown: "",
    categories: objects(loader.categories).map(({ id }) => id!),
    trackers: objects(loader.trackers).map((tracker) => ({
      ...tracker,
      match: [],
      storage: [],
      stop: [],
      signals: {},
    })),
  };
}

/** The document of the frame. */
export function frameOf({ receipt, widget, loader, part, notice }: Pieces): string {
  const { scheme, gpc, layer, site } = receipt;
  const scripts = [
    `Object.defineProperty(navigator,"globalPrivacyControl",{value:${gpc.browser === true}})`,
    filled(widget, drawable(loader, receipt)),
    ...(part && notice ? [filled(part, site, notice)] : []),
    ...(layer === 2 ? ["placet.show()"] : []),
  ];
  const run = `for(const code of ${inScript(scripts)}){const script=document.createElement("script");script.nonce="${NONCE}";script.textContent=code;document.head.append(script)}`;
  return `<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}"><title>The banner</title><style nonce="${NONCE}">html{color-scheme:${scheme === "dark" ? "dark" : "light"};background:Canvas}body{margin:0;min-height:100vh;font-family:system-ui}</style></head><body>${receipt.layout === "inline" ? "<div data-placet-place></div>" : ""}<script nonce="${NONCE}">${run}</script></body></html>`;
}

/** The frame, at the width of that class, scaled to fit. */
export function drawBanner(pieces: Pieces): HTMLElement {
  const { receipt } = pieces;
  const [width, height] = WIDTHS[receipt.viewport ?? ""] ?? WIDTHS.wide!;
  const frame = h("iframe", {
    sandbox: "allow-scripts",
    title: "The banner, drawn again",
    width: `${width}`,
    height: `${height}`,
  });
  frame.srcdoc = frameOf(pieces);
  const box = h("div", { class: "banner" }, frame);
  const fit = () => {
    const scale = Math.min(1, box.clientWidth / width);
    frame.style.transform = `scale(${scale})`;
    box.style.height = `${height * scale + 2}px`;
  };
  new ResizeObserver(fit).observe(box);
  const parts = [
    `layer ${receipt.layer}`,
    receipt.layout && `layout ${receipt.layout}`,
    `${receipt.viewport ?? "an unknown width"} (drawn at ${width} px)`,
    `${receipt.scheme ?? "light"} scheme`,
    `language ${receipt.notice.lang}`,
    `regime ${receipt.regime}`,
  ];
  return h(
    "figure",
    {},
    box,
    h(
      "figcaption",
      {},
      `${parts.filter(Boolean).join(", ")}. Drawn by the build that the receipt cites, with the texts that were published. The site's own fonts and colours are not in a bundle; switches stand as without an earlier choice.`,
    ),
  );
}

/** Why a banner cannot be drawn as it was, although its pieces are here; null: it can. */
export const undrawable = ({ method }: Fields): string | null =>
  /-new$/.test(String(method))
    ? "it asked only about what was new since an earlier choice, which this page does not draw"
    : null;
