// Dragging with mouse, pen or finger, by the same address as the buttons. Without this file the buttons do it all.
"use strict";

const EDGE = 60; // pixels from the edge of the window at which it scrolls along
const status = document.querySelector("[data-says]");
const wrong = document.querySelector("[data-wrong]");

function listen() {
  for (const item of document.querySelectorAll("li[data-move]")) {
    const grip = document.createElement("span");
    grip.className = "grip";
    grip.setAttribute("aria-hidden", "true"); // the buttons beside it say what they do
    grip.textContent = "⠿";
    grip.addEventListener("pointerdown", (event) => drag(event, item, grip));
    item.firstElementChild.prepend(grip);
  }
}

function drag(event, item, grip) {
  if (event.button !== 0) return;
  event.preventDefault();
  const list = item.parentElement;
  const stood = item.nextElementSibling;
  const ends = new AbortController();
  const on = (target, name, act) => target.addEventListener(name, act, { signal: ends.signal });
  const end = () => {
    ends.abort();
    item.classList.remove("dragged");
  };
  const back = () => {
    end();
    place(item, stood);
  };
  grip.setPointerCapture(event.pointerId);
  item.classList.add("dragged");
  on(grip, "pointermove", (move) => {
    if (move.clientY < EDGE) scrollBy(0, -12);
    if (move.clientY > innerHeight - EDGE) scrollBy(0, 12);
    const others = [...list.children].filter((other) => other !== item);
    const next = others.find((other) => {
      const box = other.getBoundingClientRect();
      return move.clientY < box.top + box.height / 2;
    });
    place(item, next ?? null);
  });
  on(grip, "pointerup", () => {
    end();
    if (item.nextElementSibling !== stood) save(item, () => place(item, stood));
  });
  on(grip, "pointercancel", back);
  on(document, "keydown", (key) => {
    if (key.key === "Escape") back();
  });
}

// Moves the others around it: an element that is moved itself lets go of the pointer.
function place(item, next) {
  const list = item.parentElement;
  const isAbove = next !== null && next.compareDocumentPosition(item) === Node.DOCUMENT_POSITION_FOLLOWING;
  while (item.nextElementSibling !== next) {
    if (isAbove) list.insertBefore(item.previousElementSibling, item.nextElementSibling);
    else list.insertBefore(item.nextElementSibling, item);
  }
}

async function save(item, putBack) {
  const form = document.querySelector("form[data-order]");
  const [kind, ref] = [item.dataset.kind, item.dataset.move];
  const body = new FormData(form);
  body.set("move", `${kind}:to:${ref}`);
  body.set("before", item.nextElementSibling?.dataset.move ?? "");
  try {
    const answer = await fetch(form.dataset.order, { method: "POST", body });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const newest = page.querySelector("form[data-order]");
    if (newest) {
      form.replaceWith(document.adoptNode(newest));
      listen();
    } else putBack();
    if (answer.ok && newest) say(`${item.dataset.title}: ${status.dataset.moved}`, "");
    else say("", page.querySelector(newest ? "[data-wrong] p" : "main .lead")?.textContent.trim() || status.dataset.failed);
  } catch {
    putBack();
    say("", status.dataset.failed);
  }
}

function say(done, why) {
  status.textContent = done;
  wrong.hidden = !why;
  wrong.firstElementChild.textContent = why;
}

listen();
