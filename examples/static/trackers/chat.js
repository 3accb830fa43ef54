// Stand-in of a support chat: a button in the corner, a conversation that is recognised on return.
(() => {
  const source = new URL(document.currentScript.src);
  const box = document.createElement("details");

  function start() {
    const known = localStorage.getItem("_xchat_id");
    const conversation = known ?? crypto.randomUUID();
    localStorage.setItem("_xchat_id", conversation);

    box.className = "chat";
    const title = document.createElement("summary");
    title.textContent = "Support chat";
    const talk = document.createElement("div");
    talk.className = "chat-talk";
    const text = document.createElement("p");
    text.textContent = known ? "Welcome back. Where were we?" : "Good day. What can we do for you?";
    const form = document.createElement("form");
    const input = document.createElement("input");
    input.setAttribute("aria-label", "Message");
    input.placeholder = "Write to support";
    const button = document.createElement("button");
    button.textContent = "Send";
    form.append(input, button);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!input.value) return;
      const said = document.createElement("p");
      said.className = "chat-mine";
      said.textContent = input.value;
      form.before(said);
      send(`chat message, ${input.value.length} characters`);
      input.value = "";
    });
    talk.append(text, form);
    box.append(title, talk);
    document.body.append(box);
    send(known ? "chat opened again" : "chat opened");

    function send(what) {
      const body = JSON.stringify({ what, conversation });
      fetch(new URL("/message", source), { method: "POST", body, keepalive: true }).catch((error) => {
        console.warn("chat:", error);
      });
    }
  }

  window.exampleChat = { stop: () => box.remove() };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
