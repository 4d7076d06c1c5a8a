// Small comforts; every page works without this file.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const bulk = document.getElementById("bulk");
  if (!bulk) return;
  const all = document.getElementById("all");
  const selected = document.getElementById("selected");
  const boxes = () => [...document.querySelectorAll('input[form="bulk"][name="id"]')];
  const tell = () => {
    const checked = boxes().filter((box) => box.checked).length;
    selected.value = checked ? String(checked) : "";
    all.checked = checked > 0 && checked === boxes().length;
    all.indeterminate = checked > 0 && checked < boxes().length;
  };
  all.closest("label").hidden = false;
  all.addEventListener("change", () => {
    boxes().forEach((box) => { box.checked = all.checked; });
    tell();
  });
  document.addEventListener("change", (event) => {
    if (event.target.name === "id") tell();
  });
  tell();
});

// A preview opens over the list; the link without JavaScript leads to the same as a page.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.matches("dialog")) event.detail.target.showModal();
});
document.addEventListener("click", (event) => {
  const close = event.target.closest("[data-close]");
  if (!close) return;
  const dialog = close.closest("dialog");
  if (dialog) {
    event.preventDefault();
    dialog.close();
  }
});
document.addEventListener("close", (event) => {
  if (event.target.matches("dialog.preview")) event.target.replaceChildren(); // its player must not go on
}, true);

// The old server's player is asked for when somebody opens it, not before.
document.addEventListener("toggle", (event) => {
  if (!event.target.matches("details.player[open]")) return;
  const template = event.target.querySelector("template");
  template?.replaceWith(template.content.cloneNode(true));
}, true);

// What could not be brought into the page is opened as a page of its own, which says why.
for (const kind of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(kind, (event) => {
    const link = event.detail.elt.closest?.("a[href]");
    if (link) window.location.assign(link.href);
  });
}
