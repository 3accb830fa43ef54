/** Trusted Types: one policy, `placet`, for what the page's own markup holds and for the preferences part. */

import { attempt } from "./attempt";

interface Policy {
  createHTML(markup: string): string;
  createScript(text: string): string;
  createScriptURL(url: string): string;
}

const unchanged = (text: string) => text;
const PLAIN: Policy = { createHTML: unchanged, createScript: unchanged, createScriptURL: unchanged };
let policy: Policy | undefined;

/**
 * Returns the policy; where there are no Trusted Types, or the page's CSP does not name it (the browser's own error,
 * logged, says so), one that changes nothing. Never give it a string that a page has assigned by itself.
 */
export function trusted(): Policy {
  const { trustedTypes } = window as { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } };
  return (policy ||= attempt(() => trustedTypes?.createPolicy("placet", PLAIN)) || PLAIN);
}

/** Gives a script element what it runs: `url`, else `text`. */
export function setSource(script: HTMLScriptElement, url: string | null | undefined, text = ""): void {
  if (url) script.src = trusted().createScriptURL(url);
  else script.text = trusted().createScript(text);
}
