/** Words for what journeys do again and again. */
import { type Locator, type Page, expect } from '@playwright/test';

/** A data cell of the table's row that shows `text`; columns count from 1. */
export const cellOf = (page: Page, text: string, column: number): Locator =>
  page
    .getByRole('row')
    .filter({ hasText: text })
    .locator(`[role=gridcell][aria-colindex="${column + 1}"]`);

/** The table with its rows loaded. */
export async function openGrid(page: Page, path: string): Promise<Locator> {
  await page.goto(path);
  const grid = page.getByRole('grid');
  await expect(grid.getByRole('gridcell').first()).not.toHaveAttribute('aria-label', 'Loading');
  return grid;
}

/** Waits until the page's last change has reached the server. */
export async function saved(page: Page, act: () => Promise<void>): Promise<void> {
  const answer = page.waitForResponse(
    (response) => response.request().method() !== 'GET' && response.url().includes('/records/'),
  );
  await act();
  expect((await answer).ok()).toBe(true);
}

/** Chooses the field of a filter's condition. */
export async function pickField(page: Page, picker: Locator, name: string): Promise<void> {
  await picker.click();
  await page.getByRole('textbox', { name: 'Search fields' }).fill(name);
  await page.getByRole('option', { name, exact: true }).click();
}
