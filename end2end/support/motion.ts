import type { Page } from "@playwright/test";

/** What the styles of a page set in motion: animations, transitions, and the change from one page to the next. */
export async function moving(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const longest = (durations: string) => Math.max(...durations.split(",").map(parseFloat));
    // A hundredth of a second is what is left where a rule makes all motion too short to be seen.
    const isSeen = (durations: string) => longest(durations) > 0.01;
    const found = [...document.querySelectorAll("*")].flatMap((element) =>
      ["", "::before", "::after"].flatMap((pseudo) => {
        const style = getComputedStyle(element, pseudo || null);
        const isAnimated = style.animationName !== "none" && isSeen(style.animationDuration);
        const isChanging = style.transitionProperty !== "none" && isSeen(style.transitionDuration);
        return isAnimated || isChanging ? [`${element.tagName}.${element.className}${pseudo}`] : [];
      }),
    );
    const rules = (list: CSSRuleList): CSSRule[] =>
      [...list].flatMap((rule) => {
        if (rule instanceof CSSMediaRule && !matchMedia(rule.conditionText).matches) return [];
        return rule instanceof CSSGroupingRule ? [rule, ...rules(rule.cssRules)] : [rule];
      });
    const all = [...document.styleSheets].flatMap((sheet) => rules(sheet.cssRules));
    const pages = all.filter(({ cssText }) => /^@view-transition\b[^}]*navigation: auto/.test(cssText));
    return [...found, ...pages.map(({ cssText }) => cssText)];
  });
}
