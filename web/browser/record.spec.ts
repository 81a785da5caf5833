/** A record's page: edited in place, remembered, deleted and brought back; two people in one field. */
import { expect, test } from './fixtures';
import { saved } from './helpers';

test('an edit in place is saved and told by the history', async ({ page, api, unique }) => {
  const contact = await api.create('contact', { name: unique, job_title: 'Clerk' });
  await page.goto(`/w/demo/contact/r/${contact.id}`);
  const title = page.getByLabel('Job title');
  await expect(title).toHaveValue('Clerk');
  await title.fill('Director');
  await saved(page, () => title.press('Enter'));
  const history = page.getByRole('complementary', { name: 'History' });
  const newest = history.getByRole('listitem').first();
  await expect(newest).toContainText('Olivia Owner changed');
  await expect(newest).toContainText('Clerk');
  await expect(newest).toContainText('Director');
  await page.reload();
  await expect(title).toHaveValue('Director');
});

test('a deleted record comes back with undo', async ({ page, api, unique }) => {
  const contact = await api.create('contact', { name: unique });
  const byName = { field: 'name', op: 'eq', value: unique };
  await page.goto(`/w/demo/contact/r/${contact.id}`);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(page.getByText(`“${unique}” deleted`)).toBeVisible();
  await expect(page).toHaveURL(/\/contact$/);
  expect(await api.count('contact', byName)).toBe(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => api.count('contact', byName)).toBe(1);
  expect((await api.read('contact', contact.id))['name']).toBe(unique);
});

test('the second to save a field is offered both values', async ({
  page,
  browser,
  api,
  unique,
  tessera,
}) => {
  const contact = await api.create('contact', { name: unique, job_title: 'Before' });
  const path = `/w/demo/contact/r/${contact.id}`;
  const other = await browser.newContext({ baseURL: tessera.url, storageState: tessera.session });
  try {
    const theirs = await other.newPage();
    await theirs.goto(path);
    await page.goto(path);
    const mine = page.getByLabel('Job title');
    await expect(mine).toHaveValue('Before');
    await mine.fill('Mine');

    await theirs.getByLabel('Job title').fill('Theirs');
    await saved(theirs, () => theirs.getByLabel('Job title').press('Enter'));
    await mine.press('Enter');

    const dialog = page.getByRole('dialog', { name: 'Changed by someone else' });
    await expect(dialog.getByRole('radio', { name: /Yours.*Mine/s })).toBeVisible();
    await expect(dialog.getByRole('radio', { name: /Theirs.*Theirs/s })).toBeVisible();
    expect((await api.read('contact', contact.id))['job_title']).toBe('Theirs');
    await dialog.getByRole('radio', { name: /Yours/ }).click();
    await saved(page, () => dialog.getByRole('button', { name: 'Save' }).click());
    await expect(dialog).toBeHidden();
    expect((await api.read('contact', contact.id))['job_title']).toBe('Mine');
  } finally {
    await other.close();
  }
});
