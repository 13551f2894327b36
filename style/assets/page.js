// Keeps a page true while somebody looks at it. The messages of the feed reach its islands as events of the document,
// `live-ticket` and so on. A page about one thing asks for itself when that thing has changed, and replaces the parts of
// itself that show it: notices, the focus, the place that somebody has scrolled to and what they are typing stay.
const RETRY_MS = 5_000;
// The answer to a form is a page of its own, which is awaited.
const PATIENCE_MS = 1_000;

/** Follows from the position that the page was made at. `hydrate` brings the islands of a part to life. */
export function follow(start, hydrate) {
  const look = looking(start, hydrate);
  const port = portToFeed(start.dataset.reader);
  let position = start.dataset.liveAfter;
  port.onmessage = ({ data: message }) => {
    position = message.position;
    document.dispatchEvent(new MessageEvent(`live-${message.kind}`, { data: message.data }));
    if (message.kind === "reset" || isAbout(start.dataset.watches, message)) look(false);
  };
  // A countdown is over: what it counts down to has happened, with or without a message.
  document.addEventListener("live-over", () => look(true));
  // A window behind another one needs no messages.
  const listen = () => port.postMessage(document.visibilityState === "visible" ? position : null);
  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", () => port.postMessage(null));
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

/** One look at the server at a time; messages that come meanwhile are one more look. */
function looking(start, hydrate) {
  let isUnderWay = false;
  let again;
  return async function look(isOver) {
    if (isUnderWay) {
      again = isOver || again === true;
      return;
    }
    isUnderWay = true;
    const pause = await conclude(start, await compare(isOver), hydrate);
    isUnderWay = false;
    if (pause) setTimeout(() => look(isOver), pause);
    if (again !== undefined) {
      const next = again;
      again = undefined;
      look(next);
    }
  };
}

/** What became of the page: a word for it, and the present page where there is one to show. */
async function compare(isOver) {
  let response;
  let text;
  try {
    response = await fetch(location.href, { headers: { "x-look": "1" } });
    text = await response.text();
  } catch {
    return { became: "unreachable" };
  }
  if (response.status === 429 || response.status >= 500) return { became: "unreachable" };
  const present = new DOMParser().parseFromString(text, "text/html");
  const isElsewhere = response.redirected || !response.ok;
  if (!isElsewhere && !isOver && shown(present) === shown(document)) return { became: "same" };
  return { became: isElsewhere ? "elsewhere" : "another", present };
}

/** Does what is to be done, and returns after how many milliseconds to look again, if at all. */
async function conclude(start, { became, present }, hydrate) {
  say(start, became === "unreachable" ? "unreachable" : undefined);
  if (became === "unreachable") return RETRY_MS;
  if (became === "same") return undefined;
  if (document.querySelector("form[aria-busy=true]")) return PATIENCE_MS;
  if (isBeingWritten()) say(start, "changed");
  else if (became === "elsewhere") location.reload();
  else if (parts(document).length === 0) document.dispatchEvent(new Event("live-outdated"));
  // A price never changes under somebody's finger: they ask for it, or the button says so when it is pressed.
  else if (offered(present) !== offered(document)) say(start, "changed");
  else if (haveSameParts(present)) await replaceParts(present, hydrate);
  else location.reload();
  return undefined;
}

function shown(page) {
  return page.querySelector("[data-shows]")?.dataset.shows;
}

/** The version of the offer that a page makes, if it makes one. */
function offered(page) {
  return page.querySelector("[data-offer]")?.dataset.offer;
}

function parts(page) {
  return [...page.querySelectorAll("[data-part]")];
}

function haveSameParts(present) {
  const names = (page) => parts(page).map(({ dataset }) => dataset.part).join();
  return names(present) === names(document);
}

/** Whether a field has another content than it came with. */
function isBeingWritten() {
  const fields = document.querySelectorAll("[data-part] input:not([type=hidden])");
  return [...fields].some(({ value, defaultValue }) => value !== defaultValue);
}

/** Shows one of the sentences that stand in the page for this, or none. */
function say(start, name) {
  for (const sentence of start.querySelectorAll("[data-says]")) {
    sentence.hidden = sentence.dataset.says !== name;
  }
}

async function replaceParts(present, hydrate) {
  const next = parts(present);
  for (const [index, old] of parts(document).entries()) {
    const part = next[index];
    const focused = old.contains(document.activeElement) ? document.activeElement : undefined;
    // Countdowns reckon from here.
    part.dataset.arrived = String(Math.round(performance.now()));
    old.replaceWith(part);
    await hydrate(part);
    if (focused) focus(part, focused);
  }
}

/** What had the focus has it again: the same link, field or button; where that is gone, the heading. */
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
