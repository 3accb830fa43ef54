// The page's own words about a tracker follow the visitor's choice: one sentence while it may run, another while not.
function tell() {
  for (const words of document.querySelectorAll("[data-tells]")) {
    const { tells, on, off } = words.dataset;
    words.textContent = window.placet?.allows(tells) ? on : off;
  }
}

for (const event of ["placet:ready", "placet:change", "placet:withdrawn"]) document.addEventListener(event, tell);
tell();
