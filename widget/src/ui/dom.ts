/** Building elements without markup strings: works under every Content-Security-Policy and Trusted Types. */

declare global {
  interface HTMLElementTagNameMap {
    "placet-banner": HTMLElement;
    "placet-status": HTMLElement;
  }
}

type Child = Node | string | null | false | undefined;

/** Makes an element. Attributes that are empty or missing are left out, and so are children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | false | undefined>,
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value) element.setAttribute(name, value);
  }
  element.append(...(children.filter(Boolean) as (Node | string)[]));
  return element;
}

/** Makes one of our buttons; `label` where its text is only a sign. */
export const actionButton = (action: string, text: string, label?: string): HTMLButtonElement =>
  h("button", { type: "button", "data-action": action, "aria-label": label }, text);

/** Adds a style sheet that no CSP needs to allow; in browsers without constructed sheets, a style element with `nonce`. */
export function addStyle(css: string, nonce: string | undefined): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  } catch {
    // Safari before 16.4 has no constructed sheets for documents.
    document.head.append(h("style", { nonce }, css));
  }
}
