// Brings the islands of the page to life, in the order in which they stand there, and then says so on <html>. The WASM
// is asked for here and not by a preload in the head, which browsers without scripts would follow for nothing.
const bytes = fetch(wasm);
const module = await import(script);
await module.default({ module_or_path: bytes });
module.hydrate();
const hydrate = async (root) => {
  for (const island of root.querySelectorAll("leptos-island")) {
    await module[island.dataset.component](island);
  }
};
await hydrate(document);
document.documentElement.dataset.hydrated = "";
// A page that comes back from the browser's memory is as old as it was left.
addEventListener("pageshow", (event) => event.persisted && location.reload());
const start = document.querySelector("[data-live-after]");
if (start) (await import("/page.js")).follow(start, hydrate);
