// What discovery mode has sent stands behind the `#` of the address, which no server is told: into the field with it.
"use strict";

const sent = /^#found=(.*)$/.exec(location.hash);
const field = document.getElementById("found");
if (sent && field) {
  // Not kept in the history, nor sent twice by a reload.
  history.replaceState(null, "", location.pathname);
  try {
    field.value = decodeURIComponent(sent[1]);
    field.closest("details").open = true;
    // Nothing is changed by it: it only shows whose it is. What is added, a person presses.
    field.form.requestSubmit();
  } catch {
    // Cut on the way: there is nothing to show.
  }
}
