// What Microsoft's tag leaves for its recorder: a queue, with how to start as the first in it.
const { clarity } = document.currentScript.dataset;

window.clarity = (...said) => window.clarity.q.push(said);
window.clarity.q = [];
if (clarity) window.clarity("start", { projectId: "test", upload: clarity, track: false, content: true });
