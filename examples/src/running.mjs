// What the bundled trackers share: a switch that goes off for good, and a number for the visitor.
// Each bundle has its own copy; a script that is loaded again starts afresh.

let stopped = false;

/** Ends this tracker. */
export function stop() {
  stopped = true;
}

export function isStopped() {
  return stopped;
}

/** Sends as `fetch` does until the tracker is stopped, and then nothing more. */
export function fetchUntilStopped(...request) {
  return stopped ? Promise.resolve(new Response(null, { status: 204 })) : window.fetch(...request);
}

/** The visitor's number from the first-party cookie `name`, made when missing and kept for `days` from now. */
export function visitorNumber(name, days) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  const value = found?.slice(name.length + 1) || crypto.randomUUID();
  // biome-ignore lint/suspicious/noDocumentCookie: a tracker's cookie is what these examples are about
  document.cookie = `${name}=${value}; Path=/; SameSite=Lax; Max-Age=${days * 86400}`;
  return value;
}
