"use client";

import { useState } from "react";

// A frame and an image that nobody has wrapped: made in the browser, held by the gate, rendered again and again.
export function Again({ tracker }) {
  const [times, again] = useState(0);
  return (
    <section>
      <button type="button" id="again" onClick={() => again(times + 1)}>
        Again
      </button>
      <div id="own">
        {times > 0 && <iframe id="unmarked" title="Unmarked" src={`${tracker}/unmarked.html`} data-times={times} />}
        {times > 0 && <img id="unmarked-pixel" alt="" src={`${tracker}/unmarked.gif`} data-times={times} />}
        <span>after {times}</span>
      </div>
    </section>
  );
}
