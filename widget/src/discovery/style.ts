/** How the panel looks, on top of what everything of ours shares; written as ui/style.ts expands it. */

export const STYLE = `$discovery{display:flex;flex-flow:column;position:fixed;z-index:2147483647;inset:12px 12px auto auto;width:min(26em,100% - 24px);height:auto;max-height:min(36em,70%);margin:0;padding:0;border-radius:var(--placet-radius,12px);box-shadow:0 12px 40px #0005;overflow:hidden;font-size:14px}
$discovery[data-folded] :is([data-scroll],[data-about]){display:none}
$discovery [data-head]{display:flex;flex-wrap:wrap;align-items:center;gap:4px 12px;padding:8px 8px 8px 16px;border-bottom:1px solid #80868e60}
$discovery h2{flex:1;margin:0;font-size:1.1em}
$discovery h3{margin:16px 0 4px;font-size:1em}
$discovery h3 span{font-weight:400}
$discovery [data-scroll]{flex:1;min-height:0;overflow:auto;overscroll-behavior:contain;padding:0 16px 12px}
$discovery p{margin:0;overflow-wrap:anywhere}
$discovery [data-about]{padding:8px 16px}
$discovery ul{list-style:none;margin:0;padding:0}
$discovery li{display:flex;gap:12px;justify-content:space-between;margin:0;padding:3px 0;border:0;border-top:1px solid #80868e40;border-radius:0}
$discovery li code{font-family:ui-monospace,monospace;font-size:.93em;overflow-wrap:anywhere}
$discovery li span{flex:none;max-width:60%;text-align:end}
$discovery textarea{width:100%;height:9em;padding:8px;font-family:ui-monospace,monospace;font-size:13px;background:var(--placet-surface,Canvas);color:var(--placet-ink,CanvasText);border:1px solid #80868e;border-radius:8px}
$discovery [data-buttons]{padding:8px 16px;border-top:1px solid #80868e60}
$discovery button[data-action=fold]{flex:none}
$discovery button:is([data-action=fold],[data-action=end]){border-color:#80868e;background:none;color:inherit}
$discovery [data-buttons] p{flex-basis:100%}
@media(max-width:599px){$discovery{max-height:45%}}`;
