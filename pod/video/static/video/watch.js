// The watch page: links with a second seek, what belongs to the current second is marked.
// Without this file the same links reload the page at their second.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const stage = document.querySelector(".stage");
  const film = stage?.querySelector("video");
  if (!film) return;
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const rate = document.getElementById("rate");
  const choice = document.getElementById("captions");
  stage.querySelector(".dials").hidden = false;

  const seek = (second) => {
    film.currentTime = second;
    follow();
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-t]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    seek(Number(link.dataset.t));
    // from the chat of a telephone, or from what a search found, the player may be out of sight
    const place = film.getBoundingClientRect();
    if (place.top + place.height / 2 < 0) film.scrollIntoView({ behavior: calm.matches ? "auto" : "smooth" });
    film.play().catch(() => {}); // a browser that wants a click on the player first shows its controls
  });

  // A search, and the page with all slides, chapters and chat, go on where this page is.
  document.querySelector("form.inside")?.addEventListener("formdata", (event) => {
    event.formData.set("t", film.currentTime.toFixed(2));
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.whole");
    if (!link) return;
    const address = new URL(link.href);
    address.searchParams.set("t", film.currentTime.toFixed(2));
    link.href = address.href;
  });

  // Each list marks its last entry that has begun.
  const lists = [...document.querySelectorAll(".strip ol, .timed:not(.results)")].map((list) => ({
    box: list.closest(".strip, .panel"),
    across: Boolean(list.closest(".strip")),
    links: [...list.querySelectorAll("a[data-t]")],
    seconds: [...list.querySelectorAll("a[data-t]")].map((link) => Number(link.dataset.t)),
    current: -1,
  }));
  const indexAt = (seconds, now) => {
    let low = 0;
    let high = seconds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (seconds[middle] <= now + 0.05) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };
  const show = (list, link) => {
    if (!list.box || list.box.contains(document.activeElement)) return; // never move under the user's hands
    const box = list.box.getBoundingClientRect();
    const place = link.getBoundingClientRect();
    list.box.scrollBy({
      left: list.across ? place.left - box.left - (box.width - place.width) / 2 : 0,
      top: list.across ? 0 : place.top - box.top - box.height / 2,
      behavior: calm.matches ? "auto" : "smooth",
    });
  };
  const follow = () => {
    for (const list of lists) {
      const index = indexAt(list.seconds, film.currentTime);
      if (index === list.current) continue;
      list.links[list.current]?.removeAttribute("aria-current");
      list.current = index;
      const link = list.links[index];
      if (!link) continue;
      link.setAttribute("aria-current", "true");
      show(list, link);
    }
  };
  film.addEventListener("timeupdate", follow);
  film.addEventListener("seeked", follow);
  follow();

  const slides = lists.find((list) => list.across);
  const turn = (step) => {
    if (!slides) return;
    const index = indexAt(slides.seconds, film.currentTime) + step;
    if (index >= 0 && index < slides.seconds.length) seek(slides.seconds[index]);
  };
  document.getElementById("previous")?.addEventListener("click", () => turn(-1));
  document.getElementById("next")?.addEventListener("click", () => turn(1));

  rate.addEventListener("change", () => { film.playbackRate = Number(rate.value); });
  film.addEventListener("ratechange", () => { rate.value = String(film.playbackRate); });
  const faster = (step) => {
    const index = Math.min(rate.options.length - 1, Math.max(0, rate.selectedIndex + step));
    rate.selectedIndex = index;
    film.playbackRate = Number(rate.value);
  };

  document.getElementById("quality")?.addEventListener("change", (event) => {
    const second = film.currentTime;
    const played = !film.paused;
    film.src = event.target.value;
    film.addEventListener("loadedmetadata", () => {
      film.currentTime = second;
      if (played) film.play().catch(() => {});
    }, { once: true });
  });

  // Those of the page: WebKit lists the ones inside the film, too.
  const tracks = [...film.querySelectorAll("track")].map((element) => element.track);
  const setCaptions = (value) => {
    tracks.forEach((track, index) => {
      track.mode = value !== "" && index === Number(value) ? "showing" : "disabled";
    });
  };
  choice?.addEventListener("change", () => setCaptions(choice.value));
  film.textTracks.addEventListener("change", () => {
    const shown = tracks.findIndex((track) => track.mode === "showing");
    if (choice) choice.value = shown < 0 ? "" : String(shown);
  });

  // Only while the player itself has the focus (WCAG 2.1.4).
  film.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const actions = {
      n: () => turn(1),
      p: () => turn(-1),
      c: () => { if (choice) { choice.value = choice.value === "" ? "0" : ""; setCaptions(choice.value); } },
      "<": () => faster(-1),
      ">": () => faster(1),
    };
    const action = actions[event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    action();
  });
});
