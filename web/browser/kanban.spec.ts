/** Cards that move between stages, and one that may not. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { pickField } from './helpers';

const BOARD = '/w/demo/opportunity/v/by_stage';

const column = (page: Page, stage: string) =>
  page.getByRole('region', { name: new RegExp(`^${stage}, `) });
const card = (page: Page, stage: string, name: string) =>
  column(page, stage).getByRole('button', { name: new RegExp(`^${name}`) });

test('a card carried by mouse changes the stage for good', async ({ page, api, unique }) => {
  // The dearest is on top.
  const deal = await api.create('opportunity', { name: unique, close_value: '9000001' });
  await page.goto(BOARD);
  const from = card(page, 'Prospecting', unique);
  const to = column(page, 'Engaging');
  await expect(from).toBeVisible();
  const start = (await from.boundingBox())!;
  const end = (await to.boundingBox())!;
  await page.mouse.move(start.x + 30, start.y + 10);
  await page.mouse.down();
  await page.mouse.move(start.x + 60, start.y + 30, { steps: 4 });
  await page.mouse.move(end.x + 60, end.y + 120, { steps: 8 });
  await page.mouse.up();
  await expect(card(page, 'Engaging', unique)).toBeVisible();
  await expect.poll(async () => (await api.read('opportunity', deal.id))['stage']).toBe('engaging');

  await page.reload();
  await expect(card(page, 'Engaging', unique)).toBeVisible();
  await card(page, 'Engaging', unique).focus();
  await page.keyboard.press('Alt+ArrowLeft');
  await expect(card(page, 'Prospecting', unique)).toBeVisible();
  await expect
    .poll(async () => (await api.read('opportunity', deal.id))['stage'])
    .toBe('prospecting');
});

test('a refused move brings the card back with the reason', async ({ page, api, unique }) => {
  const deal = await api.create('opportunity', { name: unique, stage: 'engaging' });
  // Without an amount it stands last; the filter brings it to the top.
  await page.goto(BOARD);
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  const panel = page.getByRole('dialog', { name: 'Filter' });
  await panel.getByRole('button', { name: 'Add condition' }).click();
  await pickField(page, panel.getByRole('button', { name: /^Field:/ }), 'Opportunity name');
  await panel.getByLabel('Value').fill(unique);
  await page.keyboard.press('Escape');
  await expect(card(page, 'Engaging', unique)).toBeVisible();

  await card(page, 'Engaging', unique).focus();
  await page.keyboard.press('Alt+ArrowRight');
  await expect(column(page, 'Engaging').getByRole('alert')).toContainText(
    'Enter the close value before marking the opportunity as won.',
  );
  await expect(card(page, 'Engaging', unique)).toBeVisible();
  await expect(card(page, 'Won', unique)).toHaveCount(0);
  expect((await api.read('opportunity', deal.id))['stage']).toBe('engaging');
});
