// A session recorder: rrweb's from npm, which sends once a second what it has recorded, under a number for the visit.
import { record } from "@rrweb/record";
import { host } from "./tag.mjs";

const visit = sessionStorage.getItem("rec_visit") ?? crypto.randomUUID();
sessionStorage.setItem("rec_visit", visit);

let events = [];
const end = record({ emit: (event) => events.push(event), maskAllInputs: true });
const timer = setInterval(() => {
  if (events.length > 0) {
    // A string travels as text/plain, so no preflight is needed.
    fetch(`${host}/events`, { method: "POST", body: JSON.stringify({ visit, events }) }).catch(console.warn);
  }
  events = [];
}, 1000);

window.recorder = {
  stop() {
    end();
    clearInterval(timer);
    events = [];
  },
};
