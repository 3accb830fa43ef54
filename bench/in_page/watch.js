// Runs before a page's own scripts and notes in `watched`, in ms, when the banner is there and what becomes of a click.
(isVisible, selector) => {
  const watched = { visible: null, shift: 0, blocked: 0, stored: null, gone: null };
  window.watched = watched;
  const { port1, port2 } = new MessageChannel();
  let clicked = null;

  // A frame has been laid out and painted when a message that was sent in it arrives.
  const look = () => requestAnimationFrame(() => port2.postMessage(0));
  port1.onmessage = () => {
    const now = performance.now();
    if (watched.visible === null) {
      if (isVisible(selector)) watched.visible = now;
      else look();
    } else if (isVisible(selector)) look();
    else watched.gone = now - clicked;
  };
  look();

  const observe = (type, add) =>
    new PerformanceObserver((list) => list.getEntries().forEach(add)).observe({ type, buffered: true });
  observe("layout-shift", ({ value, hadRecentInput }) => {
    if (!hadRecentInput) watched.shift += value;
  });
  observe("longtask", ({ duration }) => {
    if (clicked === null) watched.blocked += duration - 50;
  });

  const store = () => {
    if (clicked !== null) watched.stored ??= performance.now() - clicked;
  };
  const cookie = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
  Object.defineProperty(Document.prototype, "cookie", {
    ...cookie,
    set(value) {
      cookie.set.call(this, value);
      store();
    },
  });
  const { setItem } = Storage.prototype;
  Storage.prototype.setItem = function (...pair) {
    setItem.apply(this, pair);
    store();
  };
  const note = ({ timeStamp }) => {
    if (clicked !== null || watched.visible === null) return;
    clicked = timeStamp;
    look();
  };
  addEventListener("click", note, true);
};
