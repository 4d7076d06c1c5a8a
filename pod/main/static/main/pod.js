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
