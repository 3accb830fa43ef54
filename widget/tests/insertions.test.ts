/** Ways into the page that name no address themselves: copies, nodes of other documents, markup. */

import { describe, expect, test, vi } from "vitest";
import { patch } from "../src/gate/patch";
import { openGate } from "./gates";
import { usePages } from "./page";
import { settle } from "./support";

usePages();

const HELD = "https://analytics.localhost/x";
const MARKUP = `<p><img src="${HELD}"></p>`;
const image = (root: ParentNode) => root.querySelector("img")!;

/** An image as another document has it: nothing has looked at it. */
const parse = (markup = MARKUP) => new DOMParser().parseFromString(markup, "text/html").body;

/** An element of the page with an address that was set before there was a gate. */
function makeEarly(markup = MARKUP): Element {
  const template = document.createElement("template");
  template.innerHTML = markup;
  return document.importNode(template.content, true).firstElementChild!;
}

test("a clone carries no held address, and gets it after a yes", () => {
  const early = makeEarly();
  const { allow } = openGate();
  const copy = early.cloneNode(true) as Element;
  expect(image(copy).hasAttribute("src")).toBe(false);
  allow("clickstream");
  expect(image(copy).getAttribute("src")).toBe(HELD);
});

test("neither does an imported node, nor an adopted one", () => {
  const template = document.createElement("template");
  template.innerHTML = MARKUP;
  const foreign = parse();
  const { gate, allow } = openGate();
  const imported = document.importNode(template.content, true);
  const adopted = document.adoptNode(foreign.firstElementChild!);
  expect([imported, adopted].map((root) => image(root).hasAttribute("src"))).toEqual([false, false]);
  expect(gate.parked()).toHaveLength(2);
  allow("clickstream");
  expect([imported, adopted].map((root) => image(root).getAttribute("src"))).toEqual([HELD, HELD]);
});

test("a copied script is held, too: it has not begun", () => {
  const early = makeEarly(`<p><script src="${HELD}"></script></p>`);
  openGate();
  const copy = early.cloneNode(true) as Element;
  expect(copy.querySelector("script")!.hasAttribute("src")).toBe(false);
});

test("a copied script that is marked keeps its address", () => {
  const early = makeEarly(`<p><script type="text/plain" src="${HELD}"></script></p>`);
  openGate();
  expect((early.cloneNode(true) as Element).querySelector("script")!.getAttribute("src")).toBe(HELD);
});

/** A range around what stands in it. */
function around(host: Element): Range {
  const range = document.createRange();
  range.selectNodeContents(host);
  return range;
}

/** Something in it that is no element. */
function leaf(host: Element, markup: string): ChildNode {
  host.innerHTML = markup;
  return host.firstChild!;
}

describe.each([
  ["appendChild", (host: Element, node: Node) => host.appendChild(node)],
  ["insertBefore", (host: Element, node: Node) => host.insertBefore(node, host.firstChild)],
  ["replaceChild", (host: Element, node: Node) => host.replaceChild(node, host.firstChild!)],
  ["append", (host: Element, node: Node) => host.append("text", node)],
  ["prepend", (host: Element, node: Node) => host.prepend(node)],
  ["before", (host: Element, node: Node) => host.firstElementChild!.before(node)],
  ["after", (host: Element, node: Node) => host.firstElementChild!.after(node)],
  ["replaceWith", (host: Element, node: Node) => host.firstElementChild!.replaceWith(node)],
  ["replaceChildren", (host: Element, node: Node) => host.replaceChildren(node)],
  ["insertAdjacentElement", (host: Element, node: Node) => host.insertAdjacentElement("beforeend", node as Element)],
  ["insertNode", (host: Element, node: Node) => around(host).insertNode(node)],
  ["after of a text", (host: Element, node: Node) => leaf(host, "text").after(node)],
  ["replaceWith of a comment", (host: Element, node: Node) => leaf(host, "<!-- -->").replaceWith(node)],
])("a node of another document by %s", (_, insert) => {
  test("comes in without its held address, and gets it after a yes", () => {
    const { allow } = openGate();
    const host = document.createElement("div");
    host.append(document.createElement("hr"));
    document.body.append(host);
    const seen: boolean[] = [];
    const node = parse().firstElementChild!;
    const native = image(node).setAttribute;
    image(node).setAttribute = function (this: Element, name, value) {
      seen.push(this.isConnected);
      native.call(this, name, value);
    };
    insert(host, node);
    expect(image(host).hasAttribute("src")).toBe(false);
    expect(seen).toEqual([]);
    allow("clickstream");
    expect(image(host).getAttribute("src")).toBe(HELD);
  });
});

test("a template's own content, appended, comes in without held addresses", () => {
  const template = document.createElement("template");
  template.innerHTML = MARKUP;
  Object.defineProperty(template.content, "ownerDocument", { value: document.implementation.createHTMLDocument() });
  const { allow } = openGate();
  document.body.append(template.content);
  expect(image(document.body).hasAttribute("src")).toBe(false);
  allow("clickstream");
  expect(image(document.body).getAttribute("src")).toBe(HELD);
});

const SINKS: [string, (host: Element, markup: string) => void][] = [
  ["innerHTML", (host, markup) => Object.assign(host, { innerHTML: markup })],
  ["outerHTML", (host, markup) => Object.assign(host.firstElementChild!, { outerHTML: markup })],
  ["insertAdjacentHTML", (host, markup) => host.insertAdjacentHTML("afterbegin", markup)],
  [
    "createContextualFragment",
    (host, markup) => host.replaceChildren(document.createRange().createContextualFragment(markup)),
  ],
];

/** What the browser's own sinks get to read from here on, but for what is only looked into. */
function watchSinks(): unknown[] {
  const read: unknown[] = [];
  for (const [owner, name] of [
    [Element.prototype, "innerHTML"],
    [Element.prototype, "outerHTML"],
    [Element.prototype, "insertAdjacentHTML"],
    [Range.prototype, "createContextualFragment"],
  ] as const) {
    patch(owner, name, (native, args, self) => {
      if (!(self instanceof HTMLTemplateElement)) read.push(args.at(-1));
      return native(...args);
    });
  }
  return read;
}

function makeHost(): Element {
  const host = document.createElement("div");
  host.append(document.createElement("hr"));
  document.body.append(host);
  return host;
}

describe.each(SINKS)("%s", (_, put) => {
  test("the browser reads no held address, and the element gets it after a yes", () => {
    const read = watchSinks();
    const { gate, allow } = openGate();
    const host = makeHost();
    put(host, `<b>text</b>${MARKUP}`);
    expect(read).toEqual([`<b>text</b><p><img data-placet-src="${HELD}"></p>`]);
    expect(image(host).attributes).toHaveLength(0);
    expect(gate.parked()).toEqual([[image(host), ["clickstream"]]]);
    expect(host.textContent).toBe("text");
    allow("clickstream");
    expect(image(host).getAttribute("src")).toBe(HELD);
  });

  test("markup that names nothing held is passed on as the very same object", () => {
    const read = watchSinks();
    openGate();
    const markup = { toString: () => '<p><img src="/own.png"></p>' };
    put(makeHost(), markup as unknown as string);
    expect(read[0]).toBe(markup);
  });

  test("so is markup that only mentions it", () => {
    const read = watchSinks();
    openGate();
    const markup = { toString: () => `<p title="${HELD}">see ${HELD}</p>` };
    put(makeHost(), markup as unknown as string);
    expect(read[0]).toBe(markup);
  });
});

test("of several held things in one text each is held, with all its addresses", () => {
  const { gate, allow } = openGate();
  const host = makeHost();
  host.innerHTML = `<iframe src="https://frames.localhost/"></iframe><img src="/own.png" srcset="/own.png 1x, ${HELD} 2x">
    <link rel="stylesheet" href="${HELD}"><a href="${HELD}">link</a><object data="${HELD}"></object>`;
  expect(gate.parked().map(([element, ids]) => [element.localName, ...ids])).toEqual([
    ["iframe", "usability-survey"],
    ["img"],
    ["link", "clickstream"],
    ["object", "clickstream"],
  ]);
  expect(image(host).getAttribute("src")).toBe("/own.png");
  expect(host.querySelector("a")!.href).toBe(HELD);
  allow("clickstream", "usability-survey");
  expect(host.querySelectorAll("[src],[srcset],link[href],[data]")).toHaveLength(4);
});

test("an address that is hidden by a character reference is found", () => {
  openGate();
  const host = makeHost();
  host.innerHTML = '<img src="https://analytics&#46;localhost/x">';
  expect(image(host).hasAttribute("src")).toBe(false);
});

test("markup in a shadow tree is held there", () => {
  const { allow } = openGate();
  const shadow = makeHost().attachShadow({ mode: "open" });
  shadow.innerHTML = MARKUP;
  expect(image(shadow).hasAttribute("src")).toBe(false);
  allow("clickstream");
  expect(image(shadow).getAttribute("src")).toBe(HELD);
});

test("what is built as markup outside the page waits there, and goes on in the page", () => {
  const { allow } = openGate();
  const host = document.createElement("div");
  host.innerHTML = MARKUP;
  document.body.append(host);
  expect(image(host).hasAttribute("src")).toBe(false);
  allow("clickstream");
  expect(image(host).getAttribute("src")).toBe(HELD);
});

test.each(["one tracker", "everything"])(
  "a marked template whose content was written as markup: a yes to %s",
  (what) => {
    const { allow, allowAll } = openGate();
    const template = document.createElement("template");
    template.dataset.tracker = "clickstream";
    template.innerHTML = MARKUP;
    document.body.append(template);
    if (what === "everything") allowAll();
    else allow("clickstream");
    expect(image(document.body).getAttribute("src")).toBe(HELD);
  },
);

test("while nothing is held, nothing is looked at", async () => {
  const read = watchSinks();
  const { allowAll } = openGate();
  allowAll();
  const host = makeHost();
  host.innerHTML = MARKUP;
  await settle();
  expect(image(host).getAttribute("src")).toBe(HELD);
  expect(read).toEqual([MARKUP]);
});

test("an error of ours never keeps markup out of the page", () => {
  const warn = vi.spyOn(console, "warn").mockReturnValue();
  openGate();
  const host = makeHost();
  let asked = 0;
  const moody = {
    toString() {
      asked++;
      if (asked === 1) throw new Error("moody");
      return "<i></i>";
    },
  };
  host.innerHTML = moody as unknown as string;
  expect(host.innerHTML).toBe("<i></i>");
  expect(warn).toHaveBeenCalledOnce();
});
