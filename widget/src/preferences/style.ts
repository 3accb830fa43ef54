/** How the second layer looks, on top of what everything of ours shares; written as ui/style.ts expands it. */

export const STYLE = `& ::marker,& ::-webkit-details-marker{all:revert}
& ::details-content{all:unset;display:block}
& :not([open])::details-content{content-visibility:hidden}
& :is([data-action=save],[data-action=close]){border-color:#80868e;background:none;color:inherit}
dialog&:not([open]){display:none}
$preferences{display:flex;flex-flow:column;position:fixed;inset:0;margin:auto;padding:0;width:min(42em,100% - 32px);height:fit-content;max-height:min(56em,100% - 32px);border-radius:var(--placet-radius,12px);box-shadow:0 24px 80px #0005;overflow:hidden}
$preferences::backdrop{all:revert;background:#0007}
$preferences [data-head]{display:flex;align-items:center;justify-content:space-between;gap:16px;padding:12px 16px;padding-inline-start:24px;border-bottom:1px solid #80868e60}
$preferences h2{margin:0;font-size:1.25em}
& :is(h3,h4){margin:0;font-size:1em}
$preferences [data-action=close]{flex:none;width:44px;padding:0;border-color:transparent;font-size:1.5em;font-weight:400;line-height:1}
$preferences [data-scroll]{flex:1;min-height:0;overflow:auto;overscroll-behavior:contain;padding:16px 24px 20px}
$preferences p,$declaration p{margin:0 0 12px;max-width:68ch}
& section{padding:16px 0;border-top:1px solid #80868e60}
& section p{margin:4px 0 0}
& [data-row]{display:flex;align-items:center;justify-content:space-between;gap:16px;min-height:32px}
& :is([data-always],summary,dt,[data-last]){opacity:.78}
$preferences [data-switch]{display:flex;align-items:center;gap:12px}
$preferences input{appearance:none;position:relative;flex:none;width:46px;height:26px;margin:0;border:2px solid #80868e;border-radius:13px;cursor:pointer}
$preferences input::before{content:"";position:absolute;top:3px;inset-inline-start:3px;width:16px;height:16px;border-radius:50%;background:#80868e}
$preferences input::after{content:"";position:absolute;inset:-11px -2px}
$preferences input:checked{background:var(--placet-fill,var(--placet-ink,CanvasText));border-color:var(--placet-fill,var(--placet-ink,CanvasText))}
$preferences input:checked::before{inset-inline-start:23px;background:var(--placet-on-fill,var(--placet-surface,Canvas))}
$preferences input:indeterminate::before{inset-inline-start:13px}
$preferences input:disabled{opacity:.5;cursor:default}
$preferences summary{padding:10px 0;cursor:pointer}
& ul{list-style:none;margin:0;padding:0}
& li{margin:0 0 12px;padding:12px 16px;border:1px solid #80868e60;border-radius:8px}
& dl{margin:4px 0 0;font-size:.9333em}
& dl div{display:grid;grid-template-columns:11em 1fr;gap:0 16px;padding:3px 0}
& dd{margin:0;grid-column:2;overflow-wrap:anywhere}
& [data-note]{margin:8px 0 0;padding-inline-start:12px;border-inline-start:3px solid #80868e;font-size:.9333em}
$preferences address{font-style:normal;margin:4px 0 0;overflow-wrap:anywhere}
$preferences [data-last]{margin:12px 0 0;font-size:.9333em;overflow-wrap:anywhere}
$preferences [data-record]{display:flex;flex-wrap:wrap;gap:8px;margin:12px 0 0}
$preferences [data-record] :is(div,p){flex-basis:100%;margin:0}
$preferences [data-record] button{flex:1 15em;border-color:#80868e;background:none;color:inherit}
$preferences [data-record] div button{margin:8px 0 0}
$preferences [hidden]{display:none}
$preferences label[data-row]{margin:0 0 12px}
$preferences select{font:inherit;min-height:44px;padding:0 8px;background:var(--placet-surface,Canvas);color:var(--placet-ink,CanvasText);border:1px solid #80868e;border-radius:8px}
$preferences [data-buttons]{padding:16px 24px;border-top:1px solid #80868e60}
@media(max-width:599px){$preferences{inset:auto 0 0;width:100%;max-height:94%;border-width:1px 0 0;border-radius:var(--placet-radius,12px) var(--placet-radius,12px) 0 0}
$preferences [data-head]{padding-inline-start:16px}
$preferences [data-scroll]{padding-inline:16px}
$preferences [data-buttons]{padding:12px 16px calc(12px + env(safe-area-inset-bottom))}
& dl div{grid-template-columns:1fr}
& dd{grid-column:1}}
& button:hover{opacity:.85}
$declaration{display:block;border:0;background:none;overflow-wrap:anywhere}
$declaration ul{margin:8px 0 0}
@media print{$declaration{display:block!important}}
$placeholder{display:flex;flex-flow:column;justify-content:center;gap:8px;max-width:42em;margin:8px 0;padding:20px;border-radius:var(--placet-radius,12px);overflow-wrap:anywhere}
$placeholder p{margin:0}
[data-placet-held]{display:none!important}
@media(forced-colors:active){$preferences input{forced-color-adjust:none;border-color:ButtonText}
$preferences input::before{background:ButtonText}
$preferences input:checked{background:Highlight;border-color:Highlight}
$preferences input:checked::before{background:HighlightText}}`;
