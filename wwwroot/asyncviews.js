// What the waiting page does besides htmx's polling. Every part is an extra: without this file the page still ends at
// its result. The names of events are those of htmx 2 and of htmx 4.
(() => {
  "use strict";

  const slowAfter = 500;

  const poll = () => document.getElementById("av-poll");
  const on = (names, listener) => names.forEach(name => document.addEventListener(name, listener));
  const show = (id, shown) => document.getElementById(id)?.toggleAttribute("hidden", !shown);
  const statusOf = event => (event.detail.xhr ?? event.detail.ctx?.response)?.status;
  const headerOf = (event, name) => {
    const response = event.detail.xhr ?? event.detail.ctx?.response?.raw;
    return response?.getResponseHeader?.(name) ?? response?.headers?.get?.(name);
  };

  // As the server wrote it, in the person's language.
  const percent = () => document.querySelector("#av-progress[value] + span")?.textContent.trim();
  const percentAtLoad = percent();
  const plainTitle = percentAtLoad && document.title.startsWith(`${percentAtLoad} – `)
    ? document.title.slice(percentAtLoad.length + 3)
    : document.title;

  // Several may poll on one page of the application, whose own requests are no concern of ours.
  const pollers = () => [...document.querySelectorAll("[id^='av-poll'], #av-my-processes")];
  const idOf = event => {
    const id = (event.detail.elt ?? event.detail.ctx?.sourceElement)?.id ?? "";
    return id.startsWith("av-poll") || id === "av-my-processes" ? id : null;
  };

  // The result takes the waiting page's place in the history, so that Back leads to the form and not round in a circle.
  on(["htmx:beforeOnLoad", "htmx:before:response"], event => {
    const address = idOf(event) && headerOf(event, "HX-Redirect");
    if (!address)
      return;
    event.preventDefault();
    tellThatItIsDone();
    location.replace(address);
  });

  // While polls are slow, every other one is left out.
  const paces = new Map();
  on(["htmx:beforeRequest", "htmx:before:request"], event => {
    const id = idOf(event);
    if (!id)
      return;
    const pace = paces.get(id) ?? { isSlow: false, leftOut: false };
    paces.set(id, pace);
    pace.leftOut = pace.isSlow && !pace.leftOut;
    if (pace.leftOut)
      event.preventDefault();
    else
      pace.began = performance.now();
  });

  const pollAgain = element => element && window.htmx?.trigger(element, "av-again");
  on(["htmx:afterOnLoad", "htmx:after:request"], event => {
    const id = idOf(event);
    if (!id)
      return;
    const status = statusOf(event);
    const held = Number(/hold;dur=(\d+)/.exec(headerOf(event, "Server-Timing") ?? "")?.[1] ?? 0);
    const pace = paces.get(id);
    if (pace)
      pace.isSlow = performance.now() - pace.began - held > slowAfter;
    show("av-offline", false);
    show("av-busy", status === 429 || status >= 500);

    // The server has kept to the poll interval itself. What it sent must be in its place first.
    if (/\bwait=/.test(headerOf(event, "Preference-Applied") ?? ""))
      setTimeout(() => pollAgain(document.getElementById(id)), 50);
  });
  on(["htmx:sendError", "htmx:timeout", "htmx:error"], () => show("av-offline", true));
  addEventListener("offline", () => show("av-offline", true));

  // Shown again as it was left, by Back or after a sleep: it may be long out of date.
  addEventListener("pageshow", event => event.persisted && pollers().forEach(pollAgain));

  // The title is the waiting page's own; where something is embedded in another page, it is that page's.
  on(["htmx:afterSwap", "htmx:after:swap"], () => {
    if (!poll())
      return;
    const shown = percent();
    document.title = shown ? `${shown} – ${plainTitle}` : plainTitle;
  });

  const showElapsed = time => {
    // A swapped-in element brings its own count, from which the clock goes on.
    time.avSince ??= performance.now();
    const seconds = Number(time.dataset.avElapsed) + Math.floor((performance.now() - time.avSince) / 1000);
    const two = number => String(number).padStart(2, "0");
    const minutes = Math.floor(seconds / 60);
    time.textContent = seconds < 3600
      ? `${minutes}:${two(seconds % 60)}`
      : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
  };
  const tick = () => document.querySelectorAll("[data-av-elapsed]").forEach(showElapsed);

  // The server knows neither the person's time zone nor, beyond the language of its texts, how dates are written there.
  const showLocal = time => {
    const language = time.closest("[lang]")?.lang;
    const region = navigator.languages.find(one => one === language || one.startsWith(`${language}-`));
    const style = { dateStyle: time.closest("table") ? "medium" : "full", timeStyle: "short" };
    time.textContent = new Intl.DateTimeFormat(region ?? language, style).format(new Date(time.dateTime));
  };
  const showLocalTimes = () => document.querySelectorAll(".av-page time[datetime$='Z']").forEach(showLocal);
  on(["htmx:afterSwap", "htmx:after:swap"], showLocalTimes);

  // htmx did not load: reload by timer, as the page without any script does.
  const reloadWithoutHtmx = () => {
    const interval = Number(document.querySelector("[data-av-interval]")?.dataset.avInterval);
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

  const notify = document.getElementById("av-notify");
  const wantsNotice = () => sessionStorage.getItem("av-notify") === location.href;
  const showNotice = () => {
    notify.disabled = Notification.permission === "denied" || (wantsNotice() && Notification.permission === "granted");
    notify.textContent = !notify.disabled ? notify.textContent
      : Notification.permission === "granted" ? notify.dataset.avGranted : notify.dataset.avDenied;
  };
  const offerNotice = () => {
    if (!notify || !window.isSecureContext || !("Notification" in window) || Notification.permission === "denied")
      return;
    notify.hidden = false;
    showNotice();
    notify.addEventListener("click", async () => {
      sessionStorage.setItem("av-notify", location.href);
      await Notification.requestPermission();
      showNotice();
    });
  };
  const tellThatItIsDone = () => {
    if (!notify || !wantsNotice() || !document.hidden)
      return;
    try {
      new Notification(notify.dataset.avDone, { body: plainTitle });
    } catch {
      // Some browsers show notices of service workers only: the title tells it too.
    }
  };

  tick();
  setInterval(tick, 1000);
  reloadWithoutHtmx();
  download();
  offerNotice();
  showLocalTimes();
})();

// Before something is discarded it is asked once more: in a dialog, which polls leave alone. Without this the link leads to
// a page that asks.
(() => {
  "use strict";

  document.addEventListener("click", event => {
    const link = event.target.closest?.("a[data-av-discard]");
    const question = document.getElementById("av-discard");
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!link || !question || !isPlain || !window.HTMLDialogElement)
      return;
    event.preventDefault();

    const dialog = document.importNode(question.content, true).querySelector("dialog");
    dialog.querySelector("bdi").textContent = link.closest("tr").querySelector("th bdi").textContent;
    dialog.querySelector("[name='discard']").value = link.dataset.avDiscard;
    dialog.addEventListener("close", () => {
      dialog.remove();
      document.getElementById(link.id)?.focus();
    });

    // Back must not show it open.
    addEventListener("pagehide", () => dialog.close(), { once: true });
    document.body.append(dialog);
    dialog.showModal();
  });
})();
