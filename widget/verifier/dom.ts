/** Building the page: everything that comes from a bundle becomes text, never markup. */

type Child = Node | string | null | false;

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: { [name: string]: string | false | undefined },
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "string") element.setAttribute(name, value);
  }
  element.append(...children.filter((child): child is Node | string => child !== null && child !== false));
  return element;
}

export const list = (items: (string | Node)[]): HTMLElement => h("ul", {}, ...items.map((item) => h("li", {}, item)));

export function byId<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}
