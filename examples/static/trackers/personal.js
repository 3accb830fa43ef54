// Stand-in of personalised content: remembers the subjects that were opened and puts them first.
(() => {
  const source = new URL(document.currentScript.src);
  const days = Number(source.searchParams.get("days")) || 180;
  const found = new Map();
  let stopped = false;

  function interests() {
    const found = document.cookie.split("; ").find((pair) => pair.startsWith("_xp_interest="));
    return found ? found.slice("_xp_interest=".length).split("~").filter(Boolean) : [];
  }

  function remember(topics) {
    // biome-ignore lint/suspicious/noDocumentCookie: a tracker's cookie is what these examples are about
    document.cookie = `_xp_interest=${topics.join("~")}; Path=/; SameSite=Lax; Max-Age=${days * 86400}`;
  }

  function send(what) {
    navigator.sendBeacon(new URL("/interest", source).href, JSON.stringify({ what }));
  }

  function start() {
    const topics = interests();
    remember(topics);
    send(topics.length ? `asked for content about ${topics.join(", ")}` : "asked for content, no subject known yet");
    for (const list of document.querySelectorAll("[data-personal]")) {
      found.set(list, [...list.children]);
      for (const topic of [...topics].reverse()) {
        const item = list.querySelector(`[data-topic="${CSS.escape(topic)}"]`);
        if (item) list.prepend(item);
      }
    }
  }

  function opened(event) {
    const item = event.target instanceof Element && event.target.closest("[data-topic]");
    if (stopped || !item) return;
    const topic = item.dataset.topic;
    remember([topic, ...interests().filter((other) => other !== topic)].slice(0, 4));
    send(`opened ${topic}`);
  }
  document.addEventListener("click", opened);

  window.examplePersonal = {
    stop() {
      stopped = true;
      document.removeEventListener("click", opened);
      for (const [list, items] of found) list.append(...items);
    },
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
