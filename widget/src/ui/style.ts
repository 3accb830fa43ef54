/** How everything of ours looks. Sites change it with custom properties: docs/widget.md, "Looks". */

import { addStyle } from "./dom";

/** Sheets that are worn already. */
const worn: string[] = [];

/**
 * What everybody meets, and no more: the browser reads it on every page. What a page says of its body is inherited, so our
 * roots begin anew and take but its font, language and scheme; in them the page's rules are put back to the browser's own.
 * Not those on first letters and lines: that cuts the letter off its word, which Arabic cannot bear. #80868e and a part of
 * it are lines that show on light and dark alike. The circles are drawn with borders, the filled one too: forced colours
 * keep borders. Focus is drawn by the browser.
 */
const SHEET = `& *,&::before,&::after,& ::before,& ::after{all:revert;box-sizing:border-box;direction:inherit}
&{all:initial;outline:revert;box-sizing:border-box;color-scheme:inherit;font-family:inherit;-webkit-locale:inherit;background:var(--placet-surface,Canvas);color:var(--placet-ink,CanvasText);border:1px solid #80868e60;font-size:max(15px,.9375em);line-height:1.5}
$banner,$reopen{position:fixed;z-index:9999999999;bottom:12px;inset-inline:12px auto}
$reopen{display:var(--placet-reopen,flex);gap:3px;align-items:center;padding:12px 7px;border-radius:22px;cursor:pointer}
$reopen::before,$reopen::after{content:"";order:-1;padding:5px;border:2px solid;border-radius:50%}
$reopen::before{padding:0;border-width:7px}
@media print{&{display:none!important}}`;

/** The banner is a card in the corner, a bar, and on a phone a sheet at the bottom; the page scrolls clear of it what has focus. */
export const LAYER = `& a{color:inherit}
& button{flex:1 9em;font:inherit;font-weight:600;overflow-wrap:anywhere;min-height:44px;padding:8px 14px;border:1px solid #0000;border-radius:calc(var(--placet-radius,12px)*.66);background:var(--placet-fill,var(--placet-ink,CanvasText));color:var(--placet-on-fill,var(--placet-surface,Canvas));cursor:pointer}
& [data-action=settings]{border-color:#80868e;background:0;color:inherit}
& [data-buttons]{display:flex;flex-flow:wrap;gap:8px}
$banner{display:flex;flex-flow:column;inset:auto 0 0;overflow:auto;max-height:50%;padding:16px;border-width:1px 0 0;border-radius:var(--placet-radius,12px) var(--placet-radius,12px) 0 0;box-shadow:0 12px 40px #0003}
$banner :is(h2,p){margin:0 0 8px}
$banner h2{font-size:1.1em}
$banner>:first-child{overflow:auto;min-height:5em}
@media(min-width:600px){$banner{gap:0 40px;padding:20px 24px;border-radius:0}
$banner[data-layout=bar]{flex-flow:wrap;align-items:center}
$banner[data-layout=bar] div{flex:24em}
$banner[data-layout=corner]{bottom:12px;inset-inline:12px auto;width:min(28em,100% - 24px);padding:20px;border-width:1px;border-radius:var(--placet-radius,12px)}}
:root:has($banner){padding-bottom:50vh;scroll-padding-bottom:50vh}
@media(forced-colors:active){& button{background:0;color:inherit}}`;

/**
 * Adds our sheets, each once: what everybody meets, then `layer`, as far as that is drawn, last a site's own look, where it
 * has one. Our selectors are written out: `&` is any root of ours (`settings` is a link of the page), `$banner` the root of
 * that name. The ids, which no element has all at once, lend their weight to the selector, so that the page's rules do not
 * win.
 */
export function dress(nonce: string | undefined, ...layer: (string | undefined)[]): void {
  for (const css of [SHEET, ...layer]) {
    if (!css || worn.includes(css)) continue;
    worn.push(css);
    addStyle(
      css
        .replace(/&/g, ":is(#a#b#c,[data-placet]:not([data-placet=settings]))")
        .replace(/\$(\w+)/g, ":is(#a#b#c,[data-placet=$1])"),
      nonce,
    );
  }
}
