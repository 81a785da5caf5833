/** The table by hand: sort, filter, edit, paste, take back; all of it still there after a reload. */
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { cellOf, openGrid, pickField, saved } from './helpers';

test('a click on a head sorts, and nested conditions filter', async ({ page, api }) => {
  const grid = await openGrid(page, '/w/demo/opportunity/v/all');
  const head = page.getByRole('columnheader', { name: 'Close value' });
  await head.click();
  await expect(head).toHaveAttribute('aria-sort', 'ascending');
  await head.click();
  await expect(head).toHaveAttribute('aria-sort', 'descending');

  // Won, and either without a seller or early: a group in a group.
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  const panel = page.getByRole('dialog', { name: 'Filter' });
  await panel.getByRole('button', { name: 'Add condition' }).click();
  await pickField(page, panel.getByRole('button', { name: /^Field:/ }), 'Stage');
  await panel.getByLabel('Value').click();
  await page.getByRole('option', { name: 'Won' }).click();
  const won = { field: 'stage', op: 'eq', value: 'won' };
  await expect(grid).toHaveAttribute(
    'aria-rowcount',
    `${(await api.count('opportunity', won)) + 1}`,
  );

  await panel.getByRole('button', { name: 'Add group' }).last().click();
  const group = panel.getByRole('group').nth(1);
  await expect(group.getByLabel('How the conditions combine')).toHaveValue('any of these holds');
  await pickField(page, group.getByRole('button', { name: /^Field:/ }), 'Close value');
  await chooseOperator(page, group.getByLabel('Comparison'), 'is more than');
  await group.getByRole('textbox', { name: 'Value' }).fill('6000');
  await group.getByRole('button', { name: 'Add condition' }).click();
  await pickField(page, group.getByRole('button', { name: /^Field:/ }).last(), 'Close value');
  await chooseOperator(page, group.getByLabel('Comparison').last(), 'is less than');
  await group.getByRole('textbox', { name: 'Value' }).last().fill('60');
  const either = [
    { field: 'close_value', op: 'gt', value: '6000' },
    { field: 'close_value', op: 'lt', value: '60' },
  ];
  const many = await api.count('opportunity', { and: [won, { or: either }] });
  expect(many).toBeGreaterThan(0);
  await expect(grid).toHaveAttribute('aria-rowcount', `${many + 1}`);
});

async function chooseOperator(page: Page, select: Locator, name: string): Promise<void> {
  await select.click();
  await page.getByRole('option', { name, exact: true }).click();
}

test('a cell edited by keyboard is there after a reload', async ({ page, api, unique }) => {
  const contact = await api.create('contact', { name: `!${unique}`, job_title: 'Buyer' });
  await openGrid(page, '/w/demo/contact/v/all');
  await cellOf(page, unique, 1).click();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('F2');
  await saved(page, async () => {
    await page.keyboard.type(' of steel');
    await page.keyboard.press('Enter');
  });
  await page.reload();
  await expect(cellOf(page, unique, 3)).toContainText('Buyer of steel');
  expect((await api.read('contact', contact.id))['job_title']).toBe('Buyer of steel');
});

test('a pasted rectangle fills four cells, and undo empties them', async ({
  page,
  api,
  unique,
}) => {
  const one = await api.create('contact', { name: `!${unique} a`, job_title: 'Old one' });
  const two = await api.create('contact', { name: `!${unique} b`, job_title: 'Old two' });
  const stored = async () => {
    const rows = [await api.read('contact', one.id), await api.read('contact', two.id)];
    return rows.map((row) => [row['job_title'], row['phone'] ?? null]);
  };
  const before = await stored();
  await openGrid(page, '/w/demo/contact/v/all');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const rectangle = 'Pilot\t+1 202-555-0143\nCook\t+1 202-555-0187';
  await page.evaluate((text) => navigator.clipboard.writeText(text), rectangle);

  await cellOf(page, `${unique} a`, 3).click();
  await page.keyboard.press('ControlOrMeta+v');
  await expect(cellOf(page, `${unique} b`, 3)).toContainText('Cook');
  await expect
    .poll(async () => (await stored()).map(([title]) => title))
    .toEqual(['Pilot', 'Cook']);
  const pasted = await stored();
  expect(pasted.every(([, phone]) => typeof phone === 'string')).toBe(true);

  await page.keyboard.press('ControlOrMeta+z');
  await expect(cellOf(page, `${unique} b`, 3)).toContainText('Old two');
  await expect.poll(stored).toEqual(before);
});
