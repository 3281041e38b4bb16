// What the waiting page does besides htmx's polling. Every part is an extra: without this file the page still ends at
// its result.
(() => {
  "use strict";

  const poll = () => document.getElementById("av-poll");
  const plainTitle = document.title.replace(/^[\d.,]+% – /, "");

  // The result takes the waiting page's place in the history, so that Back leads to the form and not round in a circle.
  const goOn = event => {
    const response = event.detail.xhr ?? event.detail.ctx?.response?.raw;
    const address = response?.getResponseHeader?.("HX-Redirect") ?? response?.headers?.get?.("HX-Redirect");
    if (!address)
      return;
    event.preventDefault();
    location.replace(address);
  };
  document.addEventListener("htmx:beforeOnLoad", goOn);
  document.addEventListener("htmx:before:response", goOn);

  const showConnection = lost => {
    const note = document.getElementById("av-offline");
    if (note)
      note.hidden = !lost;
  };
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:error"])
    document.addEventListener(name, () => showConnection(true));
  for (const name of ["htmx:afterOnLoad", "htmx:after:request"])
    document.addEventListener(name, event => showConnection((event.detail.xhr ?? event.detail.ctx?.response)?.status >= 400));

  const showPercent = () => {
    const progress = document.getElementById("av-progress");
    document.title = progress?.hasAttribute("value") ? `${progress.value}% – ${plainTitle}` : plainTitle;
  };
  for (const name of ["htmx:afterSwap", "htmx:after:swap"])
    document.addEventListener(name, showPercent);

  const tick = () => {
    const time = document.querySelector("[data-av-elapsed]");
    if (!time)
      return;
    // A swapped-in element brings its own count, from which the clock goes on.
    time.avSince ??= performance.now();
    const seconds = Number(time.dataset.avElapsed) + Math.floor((performance.now() - time.avSince) / 1000);
    const two = number => String(number).padStart(2, "0");
    const minutes = Math.floor(seconds / 60);
    time.textContent = seconds < 3600
      ? `${minutes}:${two(seconds % 60)}`
      : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
  };

  // htmx did not load: reload by timer, as the page without any script does.
  const reloadWithoutHtmx = () => {
    const interval = Number(poll()?.dataset.avInterval);
    if (interval && !window.htmx)
      setTimeout(() => location.reload(), Math.max(interval, 5000));
  };

  // A download starts by itself once; the link stays for those who want it again.
  const download = () => {
    const link = document.querySelector("[data-av-download]");
    if (!link || sessionStorage.getItem(link.href))
      return;
    sessionStorage.setItem(link.href, "started");
    location.assign(link.href);
  };

  tick();
  setInterval(tick, 1000);
  reloadWithoutHtmx();
  download();
})();
