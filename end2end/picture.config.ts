import base from "./playwright.config";

/** `npm run picture`: takes the picture of the README anew. */
export default { ...base, testDir: "picture", reporter: "list", projects: [{ name: "picture" }] };
