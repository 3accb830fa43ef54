// The session recorder: rrweb's recorder from npm, every input masked. Events gather in a buffer that is sent once a
// second; `exampleRecorder.stop()` ends the recording at once and drops what has not been sent.
import { record } from "@rrweb/record";
import { fetchUntilStopped, isStopped, stop, visitorNumber } from "./running.mjs";

const source = new URL(document.currentScript.src);
const endpoint = new URL("/events", source).href;
const days = Number(source.searchParams.get("days")) || 30;
const visitor = visitorNumber("_xrec_id", days);
let buffer = [];

function body() {
  const events = buffer;
  buffer = [];
  // A string travels as text/plain, so no preflight is needed.
  return JSON.stringify({ visitor, events });
}

function send() {
  if (buffer.length === 0) return;
  localStorage.setItem("_xrec_session", new Date().toISOString());
  fetchUntilStopped(endpoint, { method: "POST", body: body() }).catch((error) => console.warn("recorder:", error));
}

const stopRecording = record({
  emit: (event) => buffer.push(event),
  maskAllInputs: true,
  // What is held back or belongs to the demonstration is no part of the page that one wants to see again.
  blockSelector: "[data-example-tools]",
  sampling: { mousemove: 50, scroll: 150 },
});
const timer = setInterval(send, 1000);

function sendRest() {
  if (!isStopped() && buffer.length > 0) navigator.sendBeacon(endpoint, body());
}
addEventListener("pagehide", sendRest);

window.exampleRecorder = {
  stop() {
    stop();
    stopRecording?.();
    clearInterval(timer);
    removeEventListener("pagehide", sendRest);
    buffer = [];
  },
};
