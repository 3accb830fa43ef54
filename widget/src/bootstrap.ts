/**
 * The inline bootstrap of *strict automatic* (docs/embedding.md): the page waits for nobody. It puts the policy of the last page
 * into this one, or the closed one of `data-csp`, and has the loader come when it comes. Where the loader never
 * comes, the page stands, and nothing optional runs.
 */

const tag = document.currentScript as HTMLScriptElement;
const { placetSrc = "", csp = "" } = tag.dataset;
let policy = csp;
try {
  const kept = localStorage.getItem(`placet_${/s_[\w-]+/.exec(placetSrc)}_csp`)!;
  const [until] = kept.split(" ");
  if (Date.now() / 86_400_000 < +until) policy = kept.slice(until.length + 1);
} catch {
  // nothing kept, or storage is blocked: the closed one
}
const meta = document.createElement("meta");
meta.httpEquiv = "Content-Security-Policy";
meta.content = policy;
const loader = document.createElement("script");
loader.nonce = tag.nonce || "";
Object.assign(loader.dataset, tag.dataset, { strict: policy });
const { trustedTypes } = window as unknown as {
  trustedTypes?: { createPolicy(name: string, rules: object): { createScriptURL(url: string): string } };
};
const trust = trustedTypes?.createPolicy("placet", { createScriptURL: (url: string) => url });
loader.src = trust ? trust.createScriptURL(placetSrc) : placetSrc;
document.head.append(meta, loader);
