/** Every main page passes the accessibility rules of axe, contrast included, in light and in dark. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { openGrid } from './helpers';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What is wrong, in a line each. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const results = await page.evaluate(() =>
    (window as unknown as { axe: { run: (options: object) => Promise<AxeResults> } }).axe.run({
      resultTypes: ['violations'],
    }),
  );
  // A card's name says its fields in words, which this rule would have letter by letter.
  const isCard = (rule: string, html: string) =>
    rule === 'label-content-name-mismatch' && html.includes('data-card=');
  return results.violations.flatMap((rule) =>
    rule.nodes
      .filter((node) => !isCard(rule.id, node.html))
      .map((node) => `${rule.id}: ${node.html.slice(0, 200)}: ${node.failureSummary}`),
  );
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test('sign-in', async ({ page }) => {
      await page.context().clearCookies();
      await page.goto('/sign-in');
      await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
      expect(await violations(page)).toEqual([]);
    });

    test('table and form', async ({ page }) => {
      await openGrid(page, '/w/demo/opportunity/v/all');
      expect(await violations(page)).toEqual([]);
      await page.getByRole('button', { name: 'New', exact: true }).click();
      const form = page.getByRole('dialog', { name: 'New opportunity' });
      await form.getByRole('button', { name: 'Create' }).click();
      await expect(form.getByRole('alert').first()).toBeVisible();
      expect(await violations(page)).toEqual([]);
    });

    test('board', async ({ page }) => {
      await page.goto('/w/demo/opportunity/v/by_stage');
      const won = page.getByRole('region', { name: /^Won, / });
      await expect(won.getByRole('button', { name: /Space picks it up/ }).first()).toBeVisible();
      expect(await violations(page)).toEqual([]);
    });

    test('record', async ({ page, api }) => {
      const [deal] = await api.list('opportunity', { field: 'stage', op: 'eq', value: 'won' });
      await page.goto(`/w/demo/opportunity/r/${deal!.id}`);
      await expect(page.getByRole('complementary', { name: 'History' })).toContainText(
        'created this',
      );
      expect(await violations(page)).toEqual([]);
    });

    for (const [path, landmark] of [
      ['entities', 'Opportunities'],
      ['entities/opportunity', 'Close value'],
      ['scripts', 'Before a record is saved'],
      ['automations/on_won', 'Call the webhook “erp”'],
      ['revisions', 'Revert'],
      ['trash', 'Trash'],
      ['../account/import', 'Drop a CSV file here'],
      ['../my/profile', 'Change password'],
    ] as const) {
      test(`build/${path}`.replace('build/../', ''), async ({ page }) => {
        await page.goto(`/w/demo/build/${path}`);
        await expect(page.getByRole('main').getByText(landmark).first()).toBeVisible();
        expect(await violations(page)).toEqual([]);
      });
    }
  });
}
