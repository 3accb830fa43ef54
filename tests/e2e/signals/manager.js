// A tag manager in small: tags by trigger. It reads what stands in the queue, and hears what comes later.
window.managerHeard = [];
const hear = (said) => {
  window.managerHeard.push(said.event ?? [...said].join(" ").replace(" [object Object]", ""));
  if (said.event !== "start" && said.event !== "placet_choice") return;
  for (const host of window.managerBrings) {
    const tag = document.createElement("script");
    tag.src = `${host}/tag.js?${window.managerHeard.length}`;
    document.head.append(tag);
  }
};
for (const said of window.dataLayer) hear(said);
window.dataLayer.push = (...said) => {
  said.forEach(hear);
  return Array.prototype.push.apply(window.dataLayer, said);
};
