// Whether the first element that a selector finds is to be seen: in the window, and not see-through.
(selector) => {
  const element = document.querySelector(selector);
  if (!element || getComputedStyle(element).visibility !== "visible") return false;
  const { top, bottom, left, right } = element.getBoundingClientRect();
  if (right - left < 2 || bottom - top < 2) return false;
  if (bottom <= 0 || right <= 0 || top >= innerHeight || left >= innerWidth) return false;
  let opacity = 1;
  for (let node = element; node; node = node.parentElement) opacity *= getComputedStyle(node).opacity;
  return opacity > 0.01;
};
