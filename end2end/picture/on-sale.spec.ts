import { statSync } from "node:fs";
import { resolve } from "node:path";

import { expect, test } from "../support/test";

const PATH = resolve(__dirname, "../../docs/images/on-sale.png");

test.use({ demo: true, viewport: { width: 1280, height: 800 }, colorScheme: "light" });

test("the tickets on sale, for the README", async ({ someone }) => {
  const visitor = await someone("visitor");
  await visitor.open("/");
  await expect(visitor.heading("Tickets on sale")).toBeVisible();
  await visitor.page.evaluate(() => document.fonts.ready);
  await visitor.page.screenshot({ path: PATH, animations: "disabled" });
  expect(statSync(PATH).size, "the picture stays small").toBeLessThan(200_000);
});
