// Keeps an open page up to date. The messages of the live feed reach its islands as events on the document, `live-ticket`
// and so on. The page of a ticket or an order fetches itself when that has changed, and replaces the parts that show it:
// notices, focus, scroll position and unsaved input stay.
const RETRY_MS = 5_000;
// While a form is being sent, its response is awaited: it opens its own page.
const PENDING_FORM_MS = 1_000;
// The reason of a refusal may reach another service only a moment later, so the page is compared again.
const CHECK_AGAIN_MS = 2_000;
// For this long after a form was sent, its response or refusal counts as recent.
const SENT_MS = 30_000;

const sent = { at: -Infinity, isByBrowser: false };

/** Follows the feed from the position at which the page was rendered. `hydrate` hydrates the islands of a part, at once. */
export function follow(start, hydrate) {
  const revalidate = revalidator(start, hydrate);
  const port = portToFeed(start.dataset.reader);
  let position = start.dataset.liveAfter;
  port.onmessage = ({ data: message }) => {
    position = message.position;
    document.dispatchEvent(new MessageEvent(`live-${message.kind}`, { data: message.data }));
    if (message.kind === "reset" || isAbout(start.dataset.watches, message)) revalidate(false);
  };
  // A countdown has ended, so the page has changed, with or without a message.
  document.addEventListener("live-over", () => revalidate(true));
  // A form was refused, so the page may be out of date.
  document.addEventListener("live-check", () => {
    revalidate(false);
    setTimeout(() => revalidate(false), CHECK_AGAIN_MS);
  });
  addEventListener("submit", (event) => {
    sent.at = performance.now();
    // Other listeners may still take it over.
    setTimeout(() => (sent.isByBrowser = !event.defaultPrevented));
  });
  // A hidden window needs no messages.
  const listen = () => port.postMessage(document.visibilityState === "visible" ? position : null);
  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", () => port.postMessage(null));
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    sent.at = -Infinity;
    // What was missed arrives from the position at which the page was left.
    listen();
  });
  listen();
}

function portToFeed(reader) {
  if ("SharedWorker" in globalThis) {
    return new SharedWorker("/live.js", { type: "module", name: reader }).port;
  }
  const { port1, port2 } = new MessageChannel();
  import("/live.js").then((feed) => feed.connect(port2));
  return port1;
}

function isAbout(watched, { kind, data }) {
  if (!watched || kind === "listed") return false;
  const { id, order } = JSON.parse(data);
  return watched === (order ?? id);
}

/** Fetches one page at a time. Messages that arrive in the meantime cause one more fetch. */
function revalidator(start, hydrate) {
  let isRunning = false;
  let again;
  let retry;
  return async function revalidate(isOver) {
    if (isRunning) {
      again = isOver || again === true;
      return;
    }
    isRunning = true;
    let pause;
    try {
      pause = await apply(start, await fetchPage(isOver), hydrate);
    } catch (error) {
      reportError(error);
      location.reload();
    } finally {
      isRunning = false;
    }
    if (pause) {
      // However many requests come in the meantime, one retry waits.
      clearTimeout(retry);
      retry = setTimeout(() => revalidate(isOver), pause);
    }
    if (again !== undefined) {
      const next = again;
      again = undefined;
      revalidate(next);
    }
  };
}

/** Fetches the page and compares it with the open one: the outcome, and the current page if there is one to show. */
async function fetchPage(isOver) {
  let response;
  let text;
  try {
    response = await fetch(location.href, { headers: { "x-revalidate": "1" } });
    text = await response.text();
  } catch {
    return { outcome: "unreachable" };
  }
  if (response.status === 429 || response.status >= 500) return { outcome: "unreachable" };
  const current = new DOMParser().parseFromString(text, "text/html");
  const isMoved = response.redirected || !response.ok;
  if (!isMoved && !isOver && stateOf(current) === stateOf(document)) return { outcome: "unchanged" };
  return { outcome: isMoved ? "moved" : "changed", current };
}

/** Applies an outcome, and returns after how many milliseconds to try again, if at all. */
async function apply(start, { outcome, current }, hydrate) {
  showMessage(start, outcome === "unreachable" ? "unreachable" : undefined);
  if (outcome === "unreachable") return RETRY_MS;
  if (outcome === "unchanged") return undefined;
  if (isFormPending()) return PENDING_FORM_MS;
  if (hasUnsavedInput()) showMessage(start, "changed");
  else if (outcome === "moved") location.reload();
  else if (parts(document).length === 0) document.dispatchEvent(new Event("live-outdated"));
  // Prices never change without asking: the user refreshes, or the server refuses the outdated offer.
  else if (offerOf(current) !== offerOf(document)) showMessage(start, "changed");
  else if (haveSameParts(current)) replaceParts(current, hydrate);
  else location.reload();
  return undefined;
}

function wasJustSent() {
  return performance.now() - sent.at < SENT_MS;
}

function isFormPending() {
  return document.querySelector("form[aria-busy=true]") !== null || (sent.isByBrowser && wasJustSent());
}

function stateOf(page) {
  return page.querySelector("[data-marker]")?.dataset.marker;
}

/** The version of the offer on a page, if there is one. */
function offerOf(page) {
  return page.querySelector("[data-offer]")?.dataset.offer;
}

function parts(page) {
  return [...page.querySelectorAll("[data-part]")];
}

function haveSameParts(current) {
  const names = (page) => parts(page).map(({ dataset }) => dataset.part).join();
  return names(current) === names(document);
}

/** Whether a field differs from its initial value. */
function hasUnsavedInput() {
  const fields = document.querySelectorAll("[data-part] input:not([type=hidden])");
  return [...fields].some(({ value, defaultValue }) => value !== defaultValue);
}

/** Shows one of the messages in the page, or none. */
function showMessage(start, name) {
  for (const message of start.querySelectorAll("[data-says]")) {
    message.hidden = message.dataset.says !== name;
  }
}

/** Hydrates each part before it is in the page, and without a pause: a translator would otherwise change it first. */
function replaceParts(current, hydrate) {
  const next = parts(current);
  for (const [index, old] of parts(document).entries()) {
    const part = next[index];
    const focused = old.contains(document.activeElement) ? document.activeElement : undefined;
    // Countdowns start from here.
    part.dataset.arrived = String(Math.round(performance.now()));
    hydrate(document.adoptNode(part));
    keepRefusal(old, part);
    old.replaceWith(part);
    if (focused) focus(part, focused);
  }
}

/** Keeps the reason of a recent refusal where the server would show it, if the form is gone. It is announced again. */
function keepRefusal(old, part) {
  const alerts = [...old.querySelectorAll("form .alert, [data-kept]")];
  const text = alerts.map(({ textContent }) => textContent.trim()).find((text) => text !== "");
  if (!text || !wasJustSent() || part.textContent.includes(text)) return;
  const alert = document.createElement("p");
  alert.className = "alert";
  alert.dataset.kept = "";
  alert.setAttribute("role", "alert");
  alert.textContent = text;
  const price = part.querySelector(".price");
  if (price) price.after(alert);
  else part.prepend(alert);
}

/** Restores the focus to the same link, field or button, or else to the heading. */
function focus(part, focused) {
  const isSame = (element) =>
    element.tagName === focused.tagName &&
    element.getAttribute("href") === focused.getAttribute("href") &&
    element.getAttribute("name") === focused.getAttribute("name") &&
    element.textContent === focused.textContent;
  const same = [...part.querySelectorAll("a, button, input, select, summary")].find(isSame);
  const heading = part.querySelector("h1, h2");
  if (!same && heading) heading.tabIndex = -1;
  (same ?? heading)?.focus();
}
