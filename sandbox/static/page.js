// Makes the server's pages lively: actions and changes swap what differs, and what is typed or focused stays.
// Every form and link works without this file too.

"use strict";

// ---- Swapping: the new document is laid over the old one, element by element, matched by id.

function morph(from, to) {
  for (const name of from.getAttributeNames()) if (!to.hasAttribute(name) && name !== "aria-busy") from.removeAttribute(name);
  for (const name of to.getAttributeNames()) {
    if (from.getAttribute(name) !== to.getAttribute(name)) from.setAttribute(name, to.getAttribute(name));
  }
  morphChildren(from, to);
}

function morphChildren(from, to) {
  let old = from.firstChild;
  for (const fresh of [...to.childNodes]) {
    const match = partner(from, old, fresh);
    if (match === null) {
      from.insertBefore(fresh, old);
    } else {
      if (match !== old) from.insertBefore(match, old);
      else old = old.nextSibling;
      if (match.nodeType !== Node.ELEMENT_NODE) {
        if (match.nodeValue !== fresh.nodeValue) match.nodeValue = fresh.nodeValue;
      } else if (!match.isEqualNode(fresh)) morph(match, fresh);
    }
  }
  while (old) {
    const next = old.nextSibling;
    old.remove();
    old = next;
  }
}

// The old node that shall become the fresh one; null when there is none and the fresh one itself moves in.
function partner(parent, old, fresh) {
  if (fresh.id) {
    const match = document.getElementById(fresh.id);
    return match && match.parentNode === parent ? match : null;
  }
  if (old && !old.id && old.nodeType === fresh.nodeType && old.nodeName === fresh.nodeName) return old;
  return null;
}

function show(html, url) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  if (!fresh.getElementById("body")) return location.assign(url);
  const { place, revision } = document.body.dataset;
  document.title = fresh.title;
  morph(document.body, fresh.body);
  // An answer overtaken by a newer one takes the page back: ask again from there.
  if (Number(document.body.dataset.revision) < Number(revision)) changes.again();
  if (new URL(url, location.href).href !== location.href) history.pushState(null, "", url);
  // A thread beside it makes no other place.
  if (place.split("?")[0] !== document.body.dataset.place.split("?")[0]) document.querySelectorAll(":popover-open").forEach((open) => open.hidePopover());
  arrived();
}

// ---- After each swap: focus goes into a modal that has come and back to where it was when the last has gone.

let shownModal = null;
let shownHash = null;
let focusBefore = null;

function topModal() {
  return document.querySelector(".modal[data-top]");
}

function arrived() {
  const modal = topModal();
  const id = modal ? modal.id : null;
  if (id !== shownModal) {
    if (modal) {
      if (!shownModal) focusBefore = lastFocus;
      const wanted = modal.querySelector("[autofocus]:not([popover] *)") || modal.querySelector(".modal-body :is(input:not([type=hidden]), select, textarea)");
      (wanted || modal).focus({ preventScroll: !wanted });
    } else if (focusBefore) {
      const back = document.getElementById(focusBefore);
      if (back) back.focus({ preventScroll: true });
    }
    shownModal = id;
  } else if (modal && justSubmitted) {
    const wrong = modal.querySelector("[aria-invalid=true]");
    if (wrong) wrong.focus();
    else if (modal.dataset.hash !== shownHash) modal.querySelector(".modal-body").scrollTop = 0;
  }
  // What had the focus may be gone, when a form became another one.
  if (modal && !modal.contains(document.activeElement) && !document.querySelector(":popover-open")) modal.focus({ preventScroll: true });
  shownHash = modal ? modal.dataset.hash : null;
  document.querySelectorAll("textarea[data-grow]").forEach(grow);
}

let lastFocus = null;
document.addEventListener("focusin", (event) => {
  if (event.target.id && !event.target.closest(".overlay, [popover]")) lastFocus = event.target.id;
});

// ---- Acting: forms are sent in the background and the answer is laid over the page.

let justSubmitted = false;

async function send(form, extra, pressed) {
  const data = new FormData(form);
  for (const [name, value] of extra) data.append(name, value);
  const multipart = form.enctype === "multipart/form-data";
  if (pressed) pressed.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body: multipart ? data : new URLSearchParams(data) });
    if (form.dataset.composer !== undefined && answer.ok) form.reset();
    form.querySelectorAll("input[type=file]").forEach((input) => (input.value = ""));
    show(await answer.text(), answer.url);
  } catch (problem) {
    say("The local workspace does not answer. Is it still running?");
  } finally {
    if (pressed) pressed.removeAttribute("aria-busy");
    justSubmitted = false;
  }
}

function say(sentence) {
  let notice = document.getElementById("offline");
  if (!notice) {
    notice = document.createElement("div");
    notice.id = "offline";
    notice.className = "notice";
    notice.setAttribute("role", "alert");
    document.body.append(notice);
  }
  notice.textContent = sentence;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  event.preventDefault();
  if (button && button.getAttribute("aria-busy") === "true") return;
  justSubmitted = Boolean(button && button.value === "submit");
  const box = button && button.closest("[popover]");
  if (box) document.querySelectorAll("[popover]:popover-open").forEach((open) => open.hidePopover());
  send(form, button && button.name ? [[button.name, button.value]] : [], button);
});

// What a choice sends at once.
document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.form) return;
  if (input.dataset.confirm) document.getElementById(input.dataset.confirm).showPopover();
  else if (input.dataset.press) send(input.form, [["press", input.dataset.press]], null);
  else if (input.dataset.upload !== undefined && input.files.length) send(input.form, [["do", "keep"]], null);
});

document.addEventListener("click", (event) => {
  const also = event.target.closest("[data-also-press]");
  if (also && also.closest("form")) send(also.closest("form"), [["press", also.dataset.alsoPress]], null);
  const fill = event.target.closest("[data-fill]");
  if (fill) {
    const text = fill.closest("form").querySelector("textarea");
    text.value = fill.dataset.fill;
    text.focus();
    hints(text);
  }
  const link = event.target.closest("a[href^='/as/']");
  const plain = !event.metaKey && !event.ctrlKey && !event.shiftKey && event.button === 0;
  if (link && !link.target && plain && !event.defaultPrevented) {
    event.preventDefault();
    visit(link.href);
  }
});

async function visit(url) {
  // Before the answer is there: what is opened while it is on its way stays open.
  document.querySelectorAll(":popover-open").forEach((open) => open.hidePopover());
  try {
    const answer = await fetch(url);
    const persona = document.body.dataset.changes;
    const thread = openThread();
    show(await answer.text(), answer.url + new URL(url).hash);
    // Whoever opens a thread wants to write there; whoever closes it, in the channel again.
    if (openThread() !== thread && !document.querySelector(":popover-open")) document.getElementById(openThread() ? "composer-thread-text" : "composer-text")?.focus({ preventScroll: true });
    if (document.body.dataset.changes !== persona) changes.again();
    const target = document.getElementById(decodeURIComponent(new URL(url).hash.slice(1)));
    if (target) target.scrollIntoView({ block: "center" });
  } catch (problem) {
    location.assign(url);
  }
}

function openThread() {
  return document.querySelector("#composer-thread [name=thread_ts]")?.value;
}

window.addEventListener("popstate", () => location.reload());

// ---- Keys

let typing = null;

document.addEventListener("keydown", (event) => {
  const box = event.target;
  const enter = event.key === "Enter" && !event.isComposing;
  const modal = topModal();
  if (modal && enter && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    const submit = modal.querySelector("[data-submits]");
    if (submit) submit.click();
  } else if (enter && box.dataset.pressEnter) {
    event.preventDefault();
    send(box.form, [["press", box.dataset.pressEnter]], null);
  } else if (enter && box.dataset.enterSends !== undefined && !event.shiftKey) {
    event.preventDefault();
    if (box.value.trim()) box.form.requestSubmit();
  } else if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector(":popover-open")) {
    if (modal) modal.querySelector("[data-closes]").click();
  } else if (event.key === "Tab" && modal) keepInside(event, modal);
});

function keepInside(event, modal) {
  const stops = [...modal.querySelectorAll("button, a[href], input, select, textarea")].filter(
    (stop) => stop.tabIndex >= 0 && !stop.disabled && stop.offsetParent,
  );
  const last = stops[stops.length - 1];
  if (event.shiftKey && (document.activeElement === stops[0] || document.activeElement === modal)) {
    event.preventDefault();
    last.focus();
  } else if (!event.shiftKey && document.activeElement === last) {
    event.preventDefault();
    stops[0].focus();
  }
}

document.addEventListener("input", (event) => {
  const box = event.target;
  if (box.dataset.grow !== undefined) grow(box);
  hints(box);
  if (box.dataset.pressTyping) {
    clearTimeout(typing);
    typing = setTimeout(() => send(box.form, [["press", box.dataset.pressTyping]], null), 500);
  }
});

function grow(box) {
  box.style.height = "auto";
  if (box.value && box.scrollHeight > box.clientHeight) box.style.height = `${box.scrollHeight + 2}px`;
}

function hints(box) {
  const list = document.getElementById(box.id.replace("-text", "-hints"));
  if (list && list.classList.contains("command-hints")) list.hidden = !(box.value.startsWith("/") && !box.value.includes(" "));
}

// ---- Live: ask for changes, wait for them at the server, lay the new page over the old one.

const changes = {
  asked: null,
  again() {
    if (this.asked) this.asked.abort();
  },
  async follow() {
    for (;;) {
      try {
        this.asked = new AbortController();
        const answer = await fetch(`${document.body.dataset.changes}?since=${document.body.dataset.revision}`, { signal: this.asked.signal });
        const { revision } = await answer.json();
        const offline = document.getElementById("offline");
        if (offline) offline.remove();
        if (String(revision) !== document.body.dataset.revision) await refresh();
      } catch (problem) {
        if (problem.name !== "AbortError") await pause(1500);
      }
      await pause(60);
    }
  },
};

// A window that nobody looks at shows what is new but leaves it unread.
async function refresh() {
  const url = location.href;
  const answer = await fetch(url, { headers: { "X-Refresh": document.hidden ? "unseen" : "seen" } });
  const html = await answer.text();
  if (url === location.href) show(html, url);
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) refresh();
});

function pause(milliseconds) {
  return new Promise((resume) => setTimeout(resume, milliseconds));
}

// The clock walks on between two changes.
const shownAt = new WeakMap();
setInterval(() => {
  const shown = document.querySelector("[data-ticks]");
  if (!shown) return;
  const { ticks, zone } = shown.dataset;
  if (shownAt.get(shown)?.ticks !== ticks) shownAt.set(shown, { ticks, since: Date.now() });
  const now = new Date(Date.parse(ticks) + Date.now() - shownAt.get(shown).since);
  shown.textContent = now.toLocaleTimeString("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
}, 5000);

// Where the browser cannot tie a menu to its button by style, the script places it.
if (!CSS.supports("position-area", "block-end")) {
  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    const button = menu.id && document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);
    if (event.newState !== "open" || !button || !menu.classList.contains("menu")) return;
    const at = button.getBoundingClientRect();
    const size = menu.getBoundingClientRect();
    const left = Math.max(8, Math.min(at.right - size.width, innerWidth - size.width - 8));
    const below = at.bottom + size.height + 8 < innerHeight;
    menu.style.left = `${left}px`;
    menu.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - size.height - 4)}px`;
  }, true);
}

arrived();
changes.follow();
