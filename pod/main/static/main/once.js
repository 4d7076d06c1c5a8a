// A form is sent once: the answer to a second click would say that nothing was left to do.
"use strict";

(() => {
  const TWICE_MS = 3000; // who clicks later than that sees no answer coming, and may send it again
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (Date.now() - Number(form.dataset.sent || 0) < TWICE_MS) event.preventDefault();
    else {
      form.dataset.sent = String(Date.now());
      event.submitter?.setAttribute("aria-busy", "true"); // on a slow line the answer takes a while
    }
  });
  // a page that comes back as it was left, by the Back button
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
    document.querySelectorAll("[aria-busy]").forEach((button) => { button.removeAttribute("aria-busy"); });
  });
})();
