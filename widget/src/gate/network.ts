/** Unmarked requests: fetch, XMLHttpRequest and sendBeacon to a tracker that may not load fail as if offline. */

/** Patches the three in this window. `mayLoad` takes a URL as the page wrote it. */
export function gateNetwork(mayLoad: (url: string) => boolean): void {
  const { fetch } = window;
  window.fetch = (input, init) => {
    const url = input instanceof Request ? input.url : `${input}`;
    return mayLoad(url) ? fetch(input, init) : Promise.reject(new TypeError(`Held back by placet: ${url}`));
  };

  const { sendBeacon } = Navigator.prototype;
  Navigator.prototype.sendBeacon = function (url, data) {
    return mayLoad(`${url}`) && sendBeacon.call(this, url, data);
  };

  const urls = new WeakMap<XMLHttpRequest, string>();
  const { open, send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.open = function (this: XMLHttpRequest, ...args: unknown[]) {
    urls.set(this, `${args[1]}`);
    (open as (...args: unknown[]) => void).apply(this, args);
  };
  // Asked at `send`: between `open` and `send` the visitor may have said no. A synchronous one stays at status 0.
  XMLHttpRequest.prototype.send = function (body) {
    if (mayLoad(urls.get(this) || "")) return send.call(this, body);
    setTimeout(() => {
      for (const type of ["error", "loadend"]) this.dispatchEvent(new ProgressEvent(type));
    });
  };
}
