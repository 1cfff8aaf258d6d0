import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** The rules of axe whose result depends on colours. */
export const OF_COLOURS = ['color-contrast', 'link-in-text-block'];

/** The rules of axe that look at how each element is drawn. The same kind of element gives the same result. */
export const OF_LOOKS = [...OF_COLOURS, 'target-size'];

/** The rules of axe for WCAG 2.2 AA, that for the size of targets included. */
export const OF_WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/**
 * What axe finds.
 * @param rules by default those of WCAG 2.2 AA, and what axe recommends beyond it
 * @param within a selector of the part to look at
 * @param without rules to leave out
 */
export async function barriers(
  page: Page,
  rules: readonly string[] = [...OF_WCAG, 'best-practice'],
  within = 'html',
  without: readonly string[] = [],
): Promise<string[]> {
  if (!(await page.evaluate<boolean>("'axe' in globalThis"))) {
    // It is half a megabyte. So the next documents of the page have it without its being sent again.
    await page.addInitScript(AXE);
    await page.evaluate(AXE);
  }
  const options = JSON.stringify({
    resultTypes: ['violations'],
    runOnly: rules,
    rules: Object.fromEntries(without.map((rule) => [rule, { enabled: false }])),
  });
  const { violations } = await page.evaluate<{ violations: Violation[] }>(`axe.run('${within}', ${options})`);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 150)}`));
}

/**
 * Removes each section that has no element of a kind that an earlier section lacks. The style sheet goes by tags, classes and
 * roles, so what is left has every layout and colour of the page. Axe takes seconds to look at all sections.
 */
export async function removeRepetitions(page: Page): Promise<void> {
  const left = await page.evaluate<number>(`(() => {
    const kindOf = (element) => element === document.body ? '' :
      [kindOf(element.parentElement), element.tagName, element.className, element.role].join('>');
    const known = new Set();
    const isKnown = (kinds) => kinds.every((kind) => known.has(kind));
    for (const section of document.querySelectorAll('section[id]')) {
      const kinds = [section, ...section.querySelectorAll('*')].map(kindOf);
      if (isKnown(kinds)) section.remove();
      else for (const kind of kinds) known.add(kind);
    }
    return document.querySelectorAll('section[id]').length;
  })()`);
  expect(left).toBeGreaterThan(5);
}
