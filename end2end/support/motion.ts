import type { Page } from "@playwright/test";

/** The animations and transitions of a page, including view transitions between pages. */
export async function animated(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const longest = (durations: string) => Math.max(...durations.split(",").map(parseFloat));
    // The rule for reduced motion shortens every duration to a hundredth of a second.
    const isVisible = (durations: string) => longest(durations) > 0.01;
    const found = [...document.querySelectorAll("*")].flatMap((element) =>
      ["", "::before", "::after"].flatMap((pseudo) => {
        const style = getComputedStyle(element, pseudo || null);
        const isAnimated = style.animationName !== "none" && isVisible(style.animationDuration);
        const isTransitioned = style.transitionProperty !== "none" && isVisible(style.transitionDuration);
        return isAnimated || isTransitioned ? [`${element.tagName}.${element.className}${pseudo}`] : [];
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
