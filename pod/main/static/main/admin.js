// Names for what Django's administration and its select2 leave without one (WCAG 1.3.1, 4.1.2).
"use strict";

(() => {
  const textOf = (element) => element.textContent.trim().replace(/\s*:$/, "");

  // A select that searches: select2 shows a box of its own, which does not know the field's label.
  const nameChoice = (select) => {
    const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    const shown = select.nextElementSibling;
    if (!label || !shown?.matches(".select2-container")) return;
    label.id ||= `label-of-${select.id}`;
    const chosen = shown.querySelector(".select2-selection__rendered[role=textbox]");
    if (chosen) {
      chosen.removeAttribute("role"); // a text, not a field within the field
      chosen.removeAttribute("aria-readonly");
      shown.querySelector("[role=combobox]").setAttribute("aria-labelledby", `${label.id} ${chosen.id}`);
    }
    const open = shown.matches(".select2-container--open") ? [...document.querySelectorAll(".select2-dropdown .select2-search__field")] : [];
    for (const field of [...shown.querySelectorAll(".select2-search__field"), ...open]) field.setAttribute("aria-label", textOf(label));
  };

  // Date and time: the two fields are one question, that of the row's label.
  const nameMoment = (pair) => {
    const label = pair.closest(".flex-container")?.querySelector(":scope > label");
    if (!label) return;
    label.id ||= `label-of-${pair.querySelector("input").id}`;
    pair.setAttribute("role", "group");
    pair.setAttribute("aria-labelledby", label.id);
  };

  const nameColumn = (head) => {
    const heading = head.closest("fieldset")?.querySelector(".inline-heading");
    if (heading && !head.textContent.trim()) head.append(Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: textOf(heading) }));
  };

  const nameAll = () => {
    document.querySelectorAll("select.admin-autocomplete").forEach(nameChoice);
    document.querySelectorAll("p.datetime").forEach(nameMoment);
    document.querySelectorAll("th.original").forEach(nameColumn);
    document.querySelectorAll(".help-tooltip[aria-label]:not([role])").forEach((sign) => sign.setAttribute("role", "img"));
  };

  let asked = false;
  const later = () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; nameAll(); });
  };
  document.addEventListener("DOMContentLoaded", () => {
    nameAll();
    // forms within the form, and the lists that select2 opens, come later
    new MutationObserver(later).observe(document.body, { childList: true, subtree: true });
  });
})();
