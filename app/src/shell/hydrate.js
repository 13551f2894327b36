// Hydrates the islands of the page, in document order, and then marks <html> as hydrated. The WASM is
// requested here and not by a preload in the head, which browsers without JavaScript would follow for nothing.
//
// If the WASM does not load or panics, as under a page translator that ran first, the page works as without JavaScript: its
// islands are restored as the server rendered them, and their forms are submitted by the browser.
const page = document.documentElement;
const rendered = new WeakMap();
let module;

const fail = (error, part) => {
  module = undefined;
  delete page.dataset.hydrated;
  page.dataset.unhydrated = "";
  reportError(error);
  const fields = (island) => [...island.querySelectorAll("input:not([type=hidden]), select, button")];
  for (const island of [document, part].flatMap((root) => [...root.querySelectorAll("leptos-island")])) {
    const copy = rendered.get(island);
    if (!copy) continue;
    const [before, after] = [fields(island), fields(copy)];
    const focused = after[before.indexOf(document.activeElement)];
    after.forEach((field, index) => field.type !== "submit" && (field.value = before[index]?.value ?? ""));
    island.replaceWith(copy);
    focused?.focus();
  }
};

// Without a pause: a translator that watches the page would come in between.
const hydrate = (part) => {
  for (const island of part.querySelectorAll("leptos-island")) {
    if (!module) return;
    rendered.set(island, island.cloneNode(true));
    try {
      module[island.dataset.component](island);
    } catch (error) {
      fail(error, part);
    }
  }
};

// After a panic, nothing in the WASM can be relied on.
const isPanic = (error) => module && error instanceof WebAssembly.RuntimeError;
addEventListener("error", ({ error }) => isPanic(error) && fail(error, document));
addEventListener("unhandledrejection", ({ reason }) => isPanic(reason) && fail(reason, document));

const isEdited = (field) =>
  field.options
    ? [...field.options].some(({ selected, defaultSelected }) => selected !== defaultSelected)
    : field.value !== field.defaultValue;
// A page that comes back from the browser's memory is as old as it was left, and so is a form that was sent. Input that was
// not sent stays if its form would still be shown.
addEventListener("pageshow", async ({ persisted }) => {
  if (!persisted) return;
  const fields = document.querySelectorAll("form[method=post] :is(input:not([type=hidden]), select)");
  const isKept = !document.querySelector("form[aria-busy]") && [...fields].some(isEdited);
  if (!isKept) return location.reload();
  const { redirected, status } = await fetch(location.href, { headers: { "x-revalidate": "1" } }).catch(() => ({}));
  if (redirected || (status >= 400 && status < 429)) location.reload();
});

try {
  const bytes = fetch(wasm);
  const loaded = await import(script);
  await loaded.default({ module_or_path: bytes });
  loaded.hydrate();
  module = loaded;
  hydrate(document);
} catch (error) {
  fail(error, document);
}
if (module) page.dataset.hydrated = "";
const start = document.querySelector("[data-live-after]");
if (start) (await import("/page.js")).follow(start, hydrate);
