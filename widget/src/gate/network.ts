/** Unmarked requests to a tracker that may not load fail as if offline; connections that stand are closed. */

import { attempt } from "../attempt";
import { trusted } from "../trusted";
import { patch } from "./patch";

/** What connects. What may not is opened elsewhere: none of that reaches a network, all of it fails by itself. */
const CONNECTING = ["EventSource", "Worker", "SharedWorker", "WebSocket", "Audio"];
/** A port that browsers refuse before they look the name up. */
const DEAD_SOCKET = "wss://placet:1";

interface Connection {
  close?(): void;
  terminate?(): void;
}

/** Patches them in this window. `mayLoad` takes a URL as the page wrote it. Returns how to close what may not stay open. */
export function gateNetwork(mayLoad: (url: string) => boolean, idsOf: (url: string) => string[]): () => void {
  const connections = new Map<Connection, string>();

  patch(window, "fetch", (native, args) => {
    const url = `${args[0]?.url || args[0]}`;
    return mayLoad(url) ? native(...args) : Promise.reject(TypeError(`placet: ${url}`));
  });

  patch(Navigator.prototype, "sendBeacon", (native, args) => mayLoad(`${args[0]}`) && native(...args));

  // An address that no browser knows how to load: the request fails as the browser fails it, after `send`.
  patch(XMLHttpRequest.prototype, "open", (native, args) => {
    if (!mayLoad(`${args[1]}`)) args[1] = "placet:";
    native(...args);
  });

  const page = window as unknown as Record<string, new (...args: unknown[]) => Connection>;
  for (const name of CONNECTING) {
    if (!page[name]) continue;
    const Native = page[name];
    page[name] = class extends Native {
      constructor(...args: unknown[]) {
        const url = `${args[0]}`;
        const isHeld = !mayLoad(url);
        if (isHeld) args[0] = trusted().createScriptURL(name === "WebSocket" ? DEAD_SOCKET : "data:,");
        super(...args);
        // So many are nearly all closed by now: what connects again and again must not pile up.
        if (connections.size > 200) connections.clear();
        if (!isHeld && idsOf(url)[0]) connections.set(this, url);
      }
    };
  }

  return () => {
    for (const [connection, url] of connections) {
      if (mayLoad(url)) continue;
      connections.delete(connection);
      attempt(() => connection.close?.());
      attempt(() => connection.terminate?.());
    }
  };
}
