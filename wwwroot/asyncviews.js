// What the waiting page does besides htmx's polling. Every part is an extra: without this file the page still ends at
// its result. The names of events are those of htmx 2 and of htmx 4.
(() => {
  "use strict";

  const ownAnswer = "AsyncViews-Answer";
  const slowAfter = 500;
  const mostLeftOut = 7;

  const on = (names, listener) => names.forEach(name => document.addEventListener(name, listener));
  const statusOf = event => (event.detail.xhr ?? event.detail.ctx?.response)?.status;
  const headerOf = (event, name) => {
    const response = event.detail.xhr ?? event.detail.ctx?.response?.raw;
    return response?.getResponseHeader?.(name) ?? response?.headers?.get?.(name);
  };

  // Several may poll on one page of the application, whose own requests are no concern of ours. After the swap, htmx 2 raises
  // the events of a poll at the element around it, which detail.elt then names. requestConfig names the one that polled.
  const poll = () => document.getElementById("av-poll");
  const pollers = () => [...document.querySelectorAll("[id^='av-poll'], #av-my-processes")];
  const idOf = event => {
    const id = (event.detail.requestConfig?.elt ?? event.detail.ctx?.sourceElement)?.id ?? "";
    return id.startsWith("av-poll") || id === "av-my-processes" ? id : null;
  };
  const isPolling = () => pollers().some(element => element.hasAttribute("data-hx-get"));
  const pollAgain = element => element && window.htmx?.trigger(element, "av-again");

  // While something is wrong, the page says so, and its clock and spinner stand still.
  const notice = document.getElementById("av-notice");
  let trouble = null;
  const tell = found => {
    if (trouble === found)
      return;
    trouble = found;
    document.querySelectorAll(".av-page").forEach(page => page.classList.toggle("av-stalled", trouble !== null));
    if (!notice)
      return;
    notice.hidden = trouble === null;
    notice.replaceChildren();
    if (trouble === null)
      return;
    const reload = document.createElement("a");
    reload.href = notice.dataset.avAddress;
    reload.textContent = notice.dataset.avReload;
    notice.append(notice.dataset[trouble === "busy" ? "avBusy" : "avLost"], " ", reload);
  };

  // After a slow answer one poll is left out, after each bad one more and more: whatever is ill is not cured by asking.
  const paces = new Map();
  const paceOf = id => {
    if (!paces.has(id))
      paces.set(id, { leaveOut: 0, leftOut: 0, began: 0 });
    return paces.get(id);
  };
  const askAtOnce = () => paces.clear();

  let isLeaving = false;
  on(["htmx:beforeRequest", "htmx:before:request"], event => {
    const id = idOf(event);
    if (!id)
      return;
    const pace = paceOf(id);
    if (isLeaving || pace.leftOut < pace.leaveOut) {
      pace.leftOut++;
      event.preventDefault();
      return;
    }
    pace.leftOut = 0;
    pace.began = performance.now();
  });

  // A page of the application's, a proxy's or a login's may come in an answer's place: it is neither shown nor followed.
  on(["htmx:beforeOnLoad", "htmx:before:response"], event => {
    const id = idOf(event);
    if (!id)
      return;
    const status = statusOf(event);
    const isOwn = Boolean(headerOf(event, ownAnswer));
    const reloads = isOwn && Boolean(headerOf(event, "HX-Refresh"));

    // Signed out on a page of the application, which stays: nothing more is known of what it shows.
    const isGood = isOwn && (status < 400 || reloads);
    tell(status === 429 || (isOwn && status >= 500) ? "busy" : isGood ? null : "lost");
    if (trouble !== null)
      paceOf(id).leaveOut = Math.min(paceOf(id).leaveOut * 2 + 1, mostLeftOut);
    if (!isOwn)
      event.preventDefault();
    else if (reloads)
      isLeaving = true;
  });

  on(["htmx:afterOnLoad", "htmx:after:request"], event => {
    const id = idOf(event);
    if (!id || !statusOf(event) || trouble !== null)
      return;
    const pace = paceOf(id);
    const held = Number(/hold;dur=(\d+)/.exec(headerOf(event, "Server-Timing") ?? "")?.[1] ?? 0);
    pace.leaveOut = performance.now() - pace.began - held > slowAfter ? 1 : 0;

    // The server has kept to the poll interval itself. What it sent must be in its place first.
    if (/\bwait=/.test(headerOf(event, "Preference-Applied") ?? ""))
      setTimeout(() => pollAgain(document.getElementById(id)), 50);
  });
  on(["htmx:sendError", "htmx:timeout", "htmx:error"], event => idOf(event) && tell("lost"));
  addEventListener("offline", () => isPolling() && tell("lost"));
  addEventListener("online", askAtOnce);
  document.addEventListener("visibilitychange", askAtOnce);

  // Shown again as it was left, by Back or after a sleep: it may be long out of date.
  addEventListener("pageshow", event => {
    isLeaving = false;
    askAtOnce();
    if (event.persisted)
      pollers().forEach(pollAgain);
  });

  // As the server wrote it, in the person's language. The layout may have put something before it.
  const percent = () => document.querySelector("#av-progress[value] + span")?.textContent.trim();
  const percentAtLoad = percent();
  const plainTitle = percentAtLoad ? document.title.replace(`${percentAtLoad} – `, "") : document.title;
  const state = () => document.querySelector("#av-status .av-state")?.textContent.trim();
  const hasEnded = () => poll()?.hasAttribute("data-av-ended");

  // The title is the waiting page's own; where something is embedded in another page, it is that page's.
  const showTitle = () => {
    const shown = hasEnded() ? state() : percent();
    document.title = shown ? `${shown} – ${plainTitle}` : plainTitle;
  };

  const showElapsed = time => {
    // A swapped-in element brings its own count, from which the clock goes on: by the time of day, since performance.now()
    // may stand still while the computer sleeps.
    time.avSince ??= Date.now();
    const seconds = Number(time.dateTime.slice(2, -1)) + Math.max(0, Math.floor((Date.now() - time.avSince) / 1000));
    const two = number => String(number).padStart(2, "0");
    const minutes = Math.floor(seconds / 60);
    time.textContent = seconds < 3600
      ? `${minutes}:${two(seconds % 60)}`
      : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
  };
  const tick = () => trouble === null && document.querySelectorAll(".av-clock").forEach(showElapsed);

  // The server knows neither the person's time zone nor, beyond the language of its texts, how dates are written there.
  const showLocal = time => {
    const language = time.closest("[lang]")?.lang;
    const region = navigator.languages.find(one => one === language || one.startsWith(`${language}-`));
    const style = { dateStyle: time.closest("table, .av-admin") ? "medium" : "full", timeStyle: time.hasAttribute("data-av-seconds") ? "medium" : "short" };
    time.textContent = new Intl.DateTimeFormat(region ?? language, style).format(new Date(time.dateTime));
  };
  const showLocalTimes = () => document.querySelectorAll(".av-page time[datetime$='Z']").forEach(showLocal);

  on(["htmx:afterSwap", "htmx:after:swap"], () => {
    showLocalTimes();
    if (!poll())
      return;
    showTitle();
    if (hasEnded())
      giveNotice();
  });

  // htmx did not load: reload by timer, as the page without any script does.
  const reloadWithoutHtmx = () => {
    const interval = Number(document.querySelector("[data-av-interval]")?.dataset.avInterval);
    if (interval && !window.htmx)
      setTimeout(() => location.reload(), Math.max(interval, 5000));
  };

  // Canceled without leaving the page: a POST of its own would stand between it and the form when somebody goes back.
  document.addEventListener("submit", async event => {
    const form = event.target;
    if (!form.matches("[data-av-cancel]") || !window.htmx || !poll()?.hasAttribute("data-hx-get"))
      return;
    event.preventDefault();
    const button = form.querySelector("button");
    if (button.getAttribute("aria-disabled") === "true")
      return;
    button.setAttribute("aria-disabled", "true");
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
      if (answer.type !== "opaqueredirect")
        throw new Error();
      askAtOnce();
      pollAgain(poll());
    } catch {
      // Refused, or not arrived: the browser's own way tells the person why.
      form.submit();
    }
  });

  // What opens by itself once: the link stays for those who want it again.
  const openOnce = () => {
    const link = document.querySelector("[data-av-open]");
    if (!link || sessionStorage.getItem(link.href))
      return;
    sessionStorage.setItem(link.href, "opened");
    location.assign(link.href);
  };

  // There while it can do something: where notices can be shown, and nobody has refused them.
  const place = document.getElementById("av-notify");
  const wantsNotice = () => sessionStorage.getItem("av-notify") === location.href && Notification.permission === "granted";
  const offerNotice = () => {
    if (!place || !window.isSecureContext || !("Notification" in window) || Notification.permission === "denied")
      return;
    if (wantsNotice()) {
      place.replaceChildren(place.dataset.avGranted);
      return;
    }
    const button = document.createElement("button");
    button.type = "button";
    button.className = "av-link";
    button.textContent = place.dataset.avAsk;
    button.addEventListener("click", async () => {
      sessionStorage.setItem("av-notify", location.href);
      await Notification.requestPermission();
      place.replaceChildren();
      offerNotice();
    });
    place.append(button);
  };
  const giveNotice = () => {
    if (!place || !("Notification" in window) || !wantsNotice() || !document.hidden)
      return;
    try {
      new Notification(state(), { body: plainTitle });
    } catch {
      // Some browsers show notices of service workers only: the title tells it too.
    }
  };

  // The way out without this script.
  document.querySelectorAll(".av-if-stuck").forEach(way => way.remove());

  tick();
  setInterval(tick, 1000);
  reloadWithoutHtmx();
  openOnce();
  offerNotice();
  showLocalTimes();
})();

// Before something is discarded it is asked once more: on a page of its own, which is shown in a dialog here. Polls leave
// that alone.
(() => {
  "use strict";

  const questionAt = async address => {
    try {
      const answer = await fetch(address);
      return new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".av-question");
    } catch {
      return null;
    }
  };

  const ask = (question, link) => {
    const dialog = document.createElement("dialog");
    dialog.className = "av-page av-dialog";
    dialog.lang = question.lang;
    dialog.dir = question.dir;
    dialog.setAttribute("aria-labelledby", "av-question-title");

    const title = document.createElement("h2");
    title.id = "av-question-title";
    title.textContent = question.querySelector("h1").textContent;
    question.querySelector("h1").replaceWith(title);

    const keep = document.createElement("button");
    keep.type = "button";
    keep.className = "av-button";
    keep.textContent = question.querySelector(".av-keep").textContent;
    keep.addEventListener("click", () => dialog.close());
    question.querySelector(".av-keep").replaceWith(keep);

    dialog.append(question);
    dialog.addEventListener("close", () => {
      dialog.remove();
      document.getElementById(link.id)?.focus();
    });

    // Back must not show it open.
    addEventListener("pagehide", () => dialog.close(), { once: true });
    document.body.append(dialog);
    dialog.showModal();
    keep.focus();
  };

  let isAsking = false;
  document.addEventListener("click", async event => {
    const link = event.target.closest?.("a[data-av-discard]");
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!link || !isPlain || !window.HTMLDialogElement)
      return;
    event.preventDefault();
    if (isAsking)
      return;
    isAsking = true;
    const question = await questionAt(link.href);
    isAsking = false;
    // The application may have views of its own in the place of the page or its frame.
    if (question?.querySelector("h1") && question.querySelector(".av-keep"))
      ask(question, link);
    else
      location.assign(link.href);
  });
})();
