/** What a script gives an address after the tag has run, unmarked: by property and by attribute. */

import { expect, test, vi } from "vitest";
import { openGate } from "./gates";
import { usePages } from "./page";
import { makeConfig, makeTracker, settle } from "./support";

usePages();

const HELD = "https://analytics.localhost/x";
const ATTRIBUTES: [keyof HTMLElementTagNameMap, string][] = [
  ["script", "src"],
  ["iframe", "src"],
  ["img", "src"],
  ["img", "srcset"],
  ["link", "href"],
  ["video", "src"],
  ["audio", "src"],
  ["source", "src"],
  ["source", "srcset"],
  ["embed", "src"],
  ["object", "data"],
];

test.each(ATTRIBUTES)("%s: the property `%s` is held, and given back after a yes", (tag, attribute) => {
  const { allow } = openGate();
  const element = document.createElement(tag);
  Object.assign(element, { [attribute]: HELD });
  expect(element.hasAttribute(attribute)).toBe(false);
  allow("clickstream");
  expect(element.getAttribute(attribute)).toBe(HELD);
});

test.each(ATTRIBUTES)("%s: the attribute `%s` is held, and given back after a yes", (tag, attribute) => {
  const { allow } = openGate();
  const element = document.createElement(tag);
  element.setAttribute(attribute.toUpperCase(), HELD);
  expect(element.hasAttribute(attribute)).toBe(false);
  allow("clickstream");
  expect(element.getAttribute(attribute)).toBe(HELD);
});

test("an address is held however it is written", () => {
  openGate();
  const image = new Image();
  image.src = "//analytics.localhost:8443/x";
  const script = document.createElement("script");
  script.src = new URL(HELD) as unknown as string;
  const set = document.createElement("img");
  set.srcset = `/own.png 1x,${HELD} 2x`;
  expect([image, script, set].map((held) => held.attributes.length)).toEqual([0, 0, 0]);
});

test("an object that stands for an address, as a TrustedScriptURL does, is given back as that object", () => {
  const { allow } = openGate();
  const trusted = { toString: () => HELD };
  const given: unknown[] = [];
  const script = document.createElement("script");
  script.src = trusted as string;
  expect(script.hasAttribute("src")).toBe(false);
  const native = script.setAttribute;
  script.setAttribute = (name, value) => {
    given.push(value);
    native.call(script, name, value);
  };
  allow("clickstream");
  expect(given).toEqual([trusted]);
});

test.each([
  ["an address of the page's own", "img", "src", "/own.png"],
  ["an address that belongs to nobody", "script", "src", "https://cdn.example/x.js"],
  ["a tracker that may load", "iframe", "src", "https://pay.localhost/card"],
  ["no address at all", "img", "src", ""],
  ["a data URL that mentions one", "img", "src", `data:text/plain,${HELD}`],
  ["a link that is only followed", "a", "href", HELD],
  ["an attribute that loads nothing", "div", "src", HELD],
  ["another attribute", "img", "alt", HELD],
])("let through: %s", (_, tag, attribute, value) => {
  openGate();
  const element = document.createElement(tag);
  element.setAttribute(attribute, value);
  expect(element.getAttribute(attribute)).toBe(value);
});

test("a marked script keeps its address: the browser does not load it", () => {
  openGate();
  const script = document.createElement("script");
  script.type = "text/plain";
  script.src = HELD;
  expect(script.src).toBe(HELD);
});

test("what is given another address before the yes keeps that one", () => {
  const { allow } = openGate();
  const script = document.createElement("script");
  script.src = HELD;
  script.src = "/own.js";
  const image = new Image();
  image.src = "https://ads.localhost/p";
  image.src = HELD;
  allow("clickstream", "advertising");
  expect(script.getAttribute("src")).toBe("/own.js");
  expect(image.src).toBe(HELD);
});

test("addresses are given back in the order in which they were held, but only those that may load", () => {
  const { gate, allow } = openGate();
  const made = [1, 2, 3].map((number) => {
    const script = document.createElement("script");
    script.src = `https://${number === 2 ? "ads" : "analytics"}.localhost/${number}.js`;
    return script;
  });
  expect(gate.parked()).toEqual([
    [made[0], ["clickstream"]],
    [made[1], ["advertising"]],
    [made[2], ["clickstream"]],
  ]);
  const order: string[] = [];
  for (const script of made) {
    const native = script.setAttribute;
    script.setAttribute = (name, value) => {
      native.call(script, name, value);
      if (script.hasAttribute(name)) order.push(value);
    };
  }
  allow("clickstream");
  expect(order.map((url) => url.at(-4))).toEqual(["1", "3"]);
  expect(gate.parked()).toEqual([[made[1], ["advertising"]]]);
});

test("of trackers that list the very same address, all must be allowed", () => {
  const trackers = ["a", "b"].map((id) => makeTracker({ id, match: ["shared.example"] }));
  const { allow } = openGate(["a"], trackers);
  const image = new Image();
  image.src = "https://shared.example/p";
  expect(image.hasAttribute("src")).toBe(false);
  allow("a", "b");
  expect(image.hasAttribute("src")).toBe(true);
});

test("what was let go is emptied by a withdrawal where it stands, and comes back after the next yes", () => {
  const { gate, allow } = openGate(["clickstream"]);
  document.body.innerHTML = "<i></i><b></b>";
  const image = new Image();
  image.src = HELD;
  document.body.insertBefore(image, document.body.lastChild);
  expect(allow()).toEqual(["clickstream"]);
  expect(image.hasAttribute("src")).toBe(false);
  expect(image.previousElementSibling?.localName).toBe("i");
  expect(gate.parked()).toEqual([[image, ["clickstream"]]]);
  allow("clickstream");
  expect(image.src).toBe(HELD);
  expect(image.nextElementSibling?.localName).toBe("b");
});

test("what the parser brings is emptied as soon as it is seen; a script has begun by then", async () => {
  const append = Node.prototype.appendChild; // the parser asks nobody
  const image = document.createElement("img");
  image.src = HELD;
  const script = document.createElement("script");
  script.src = HELD;
  const { gate, noticed } = openGate();
  append.call(document.body, image);
  append.call(document.body, script);
  await settle();
  expect(image.hasAttribute("src")).toBe(false);
  expect(script.src).toBe(HELD);
  expect(gate.parked()).toEqual([[image, ["clickstream"]]]);
  expect(noticed).toHaveBeenCalled();
});

const pixels = (count: number, parent?: Element) =>
  Array.from({ length: count }, (_, index) => {
    const image = new Image();
    parent?.append(image);
    image.src = `${HELD}?${index}`;
    return image;
  });
const loaded = (images: Element[]) => images.filter((image) => image.hasAttribute("src")).length;

test("of more than 200 that wait, those that stand nowhere in the page are held for good", () => {
  const { allow } = openGate();
  const made = pixels(210);
  const [shown] = pixels(1, document.body);
  allow("clickstream");
  expect(loaded(made)).toBe(200);
  expect(shown.hasAttribute("src")).toBe(true);
});

test("more than 200 that stand in the page are all given back, also after another choice in between", () => {
  const { allow } = openGate();
  const made = pixels(210, document.body);
  allow("advertising");
  expect(loaded(made)).toBe(0);
  allow("clickstream");
  expect(loaded(made)).toBe(210);
});

test("a choice that changes nothing for what waits leaves it where it stands, untouched", () => {
  const { allow } = openGate();
  const [image] = pixels(1, document.body);
  const remove = vi.spyOn(image, "remove");
  allow("advertising");
  expect(remove).not.toHaveBeenCalled();
});

test("where all trackers may load, nothing is parked", () => {
  const { gate, allowAll } = openGate([], makeConfig().trackers);
  allowAll();
  expect(loaded(pixels(2))).toBe(2);
  expect(gate.parked()).toEqual([]);
});

test("a page that began with a yes to everything holds as soon as something is withdrawn", () => {
  const native = Object.getOwnPropertyDescriptor(Element.prototype, "setAttribute")!.value;
  const ids = makeConfig().trackers.map(({ id }) => id);
  const { allow } = openGate(ids);
  expect(Element.prototype.setAttribute).toBe(native);
  const [before] = pixels(1, document.body);
  expect(loaded([before])).toBe(1);
  allow(...ids.filter((id) => id !== "clickstream"));
  expect(loaded([before, ...pixels(1)])).toBe(0);
});
