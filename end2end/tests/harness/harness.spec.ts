import { violations } from "../../support/axe";
import { isFocusVisible, tabTo } from "../../support/keyboard";
import { animated } from "../../support/motion";
import { expect, test } from "../../support/test";
import type { Watch } from "../../support/watch";
import { overflowing } from "../../support/overflow";

// Each test plants a fault and shows that the fixtures detect it.

/** Waits until the watch has reported these problems. */
async function expectReported(watch: Watch, expected: RegExp): Promise<void> {
  const reported: string[] = [];
  await expect.poll(() => (reported.push(...watch.takeProblems()), reported.join("\n"))).toMatch(expected);
}

test("console messages are reported", async ({ someone, watch }) => {
  const ada = await someone("ada");
  await ada.open("/");
  expect(watch.takeProblems()).toEqual([]);
  await ada.page.evaluate(() => console.info("harmless"));
  await ada.page.evaluate(() => console.error("planted"));
  await ada.page.evaluate(() => console.warn("planted, too"));
  await expectReported(watch, /^console: error: planted.*\nconsole: warning: planted, too.*$/);
});

test("exceptions are reported", async ({ someone, watch }) => {
  const ada = await someone("ada");
  await ada.open("/");
  await ada.page.evaluate(() => setTimeout(() => JSON.parse("planted"), 0));
  await expectReported(watch, /exception: SyntaxError/);
});

test("content security policy violations are blocked and reported", async ({ someone, watch }) => {
  const ada = await someone("ada");
  await ada.open("/");
  const plants = {
    "script-src": () => {
      const script = document.createElement("script");
      script.textContent = "document.title = 'taken over'";
      document.head.append(script);
    },
    "style-src": () => document.body.setAttribute("style", "color: red"),
    "default-src": () => void (new Image().src = "data:image/gif;base64,R0lGODlhAQABAAAAACw="),
  };
  for (const [directive, plant] of Object.entries(plants)) {
    await ada.page.evaluate(plant);
    await expectReported(watch, new RegExp(`console: error: .*${directive}`));
  }
  await expect(ada.page).toHaveTitle("Tickets on sale · Ticketing");
  await ada.page.evaluate(() => {
    const form = document.body.appendChild(document.createElement("form"));
    form.action = "https://evil.example/";
    form.submit();
  });
  await expectReported(watch, /console: error: .*form-action/);
});

test("error statuses and failed requests are reported", async ({ someone, watch }) => {
  const ada = await someone("ada");
  await ada.page.goto("/nowhere");
  await expectReported(watch, /^status: 404 .*\/nowhere\nconsole: error: .*404/);
  await ada.page.route("/orders", (route) => route.abort("connectionreset"));
  await ada.page.goto("/orders").catch(() => undefined);
  await expectReported(watch, /failure: net::ERR_CONNECTION_RESET .*\/orders/);
});

test("requests to another host are reported", async ({ someone, watch }) => {
  const ada = await someone("ada");
  // It is fulfilled here, so that no request leaves the machine.
  await ada.page.route("http://elsewhere.example/**", (route) => route.fulfill({ body: "" }));
  await ada.page.goto("http://elsewhere.example/");
  await expectReported(watch, /^external: GET http:\/\/elsewhere\.example\/$/);
});

test("unmet expectations are reported", async ({ someone, watch }) => {
  const ada = await someone("ada");
  watch.expectStatus(404, "/nowhere");
  watch.expectFailure("/live");
  await ada.open("/");
  expect(watch.takeProblems()).toEqual(["did not occur: 404 for /nowhere", "did not occur: a failed request to /live"]);
});

test("an expectation covers its own status and path only", async ({ someone, watch }) => {
  const ada = await someone("ada");
  watch.expectStatus(404, "/nowhere");
  await ada.page.goto("/nowhere");
  await ada.page.goto("/nowhere/else");
  await expectReported(watch, /^status: 404 .*\/nowhere\/else\nconsole: .*\/nowhere\/else$/);
});

test("a test with an error in a page fails", async ({ someone }) => {
  test.fail(true, "the watch fails it at its end");
  const ada = await someone("ada");
  await ada.page.goto("/nowhere");
  await expect(ada.heading("Page not found")).toBeVisible();
});

test("axe reports violations in each colour scheme", async ({ someone }) => {
  const { page } = await someone("ada");
  const html = `<!doctype html><html lang="en"><title>Planted</title>
    <style>@media (prefers-color-scheme: dark) { p { color: #222; background: #111 } }</style>
    <main><h1>Planted</h1><input><p>text</p></main>`;
  await page.setContent(html);
  const rules = async () => (await violations(page)).map((violation) => violation.split(":")[0]);
  await page.emulateMedia({ colorScheme: "light" });
  expect(await rules()).toEqual(["label"]);
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await rules()).toEqual(["color-contrast", "label"]);
});

test("overflowing elements are found, even if they are clipped", async ({ someone }) => {
  const { page } = await someone("ada");
  await page.setViewportSize({ width: 320, height: 800 });
  await page.setContent(`<!doctype html><style>body { margin: 0 }</style><p class="fits">fits</p>`);
  expect(await overflowing(page)).toEqual([]);
  await page.setContent(`<!doctype html><style>p { width: 400px }</style><p class="wide">x</p>`);
  expect(await overflowing(page)).toEqual(["the page scrolls to the side", "p.wide"]);
  await page.setContent(`<!doctype html><style>html, body { overflow: hidden } p { width: 400px }</style><p class="wide">x</p>`);
  expect(await overflowing(page)).toContain("p.wide");
});

test("an invisible focus is found", async ({ someone }) => {
  const { page } = await someone("ada");
  await page.setContent(`<a href="/">seen</a><a href="/" style="outline: none">not seen</a>`);
  await tabTo(page, page.getByRole("link", { name: "seen", exact: true }));
  await page.keyboard.press("Tab");
  expect(await isFocusVisible(page)).toBe(false);
});

test("motion is found", async ({ someone }) => {
  const { page } = await someone("ada");
  await page.setContent(`<style>
    @view-transition { navigation: auto }
    p { transition: color 0.2s } b::after { content: ""; animation: spin 1s }
    @keyframes spin { to { rotate: 1turn } }
    @media print { i { transition: color 1s } }
  </style><p>text <b>text</b> <i>text</i></p>`);
  const found = (await animated(page)).join("\n");
  expect(found).toMatch(/^P\.\nB\.::after\n@view-transition/);
});

test("an interpreted title would be reported", async ({ someone, watch }) => {
  const { page } = await someone("ada");
  await page.setContent(`<img src="data:," onerror="console.error('taken over')">`);
  await expectReported(watch, /taken over/);
});

// This is no fault, and the fixtures must not take it for one.
test("a cancelled navigation does not end the wait for the next one", async ({ someone }) => {
  const ada = await someone("ada");
  await ada.open("/");
  await ada.page.route("/auth/signup", (route) => route.abort("aborted"));
  const link = (name: string) => ada.page.getByRole("banner").getByRole("link", { name, exact: true });
  const [arrived, cancelled] = [ada.arrive("/auth/signin"), ada.page.waitForEvent("requestfailed")];
  await link("Sign up").click();
  await cancelled;
  await link("Sign in").click();
  await arrived;
});
