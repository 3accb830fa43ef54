// The least that can be asked for as a banner.
{
  const box = document.createElement("div");
  box.id = "box";
  box.style.cssText = "position:fixed;inset:auto 0 0;padding:16px;background:#fff";
  const button = document.createElement("button");
  button.textContent = "No";
  button.onclick = () => box.remove();
  box.append("May we? ", button);
  document.body.append(box);
}
