import base from "./playwright.config";

/** `npm run picture`: takes the screenshot of the README again. */
export default { ...base, testDir: "picture", reporter: "list", projects: [{ name: "picture" }] };
