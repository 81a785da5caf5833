/** From the printed setup link to a signed-in owner, and back in after signing out. */
import { OWNER, expect, test } from './fixtures';
import { startServer } from './server';

test.use({ storageState: { cookies: [], origins: [] } });

test('the printed link makes the owner, who signs out and in again', async ({ page }) => {
  const server = await startServer({ samples: false });
  try {
    await page.goto(server.setup);
    await page.getByLabel('Your name').fill(OWNER.name);
    await page.getByLabel('E-mail').fill(OWNER.email);
    await page.getByLabel('Password', { exact: true }).fill(OWNER.password);
    await page.getByLabel('Repeat the password').fill(`${OWNER.password}!`);
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByText('The two passwords differ.')).toBeVisible();
    await page.getByLabel('Repeat the password').fill(OWNER.password);
    await page.getByRole('button', { name: 'Create account' }).click();

    const menu = page.getByRole('navigation', { name: 'Main navigation' });
    for (const name of ['Opportunities', 'Accounts', 'Contacts', 'Activities', 'Products']) {
      await expect(menu.getByRole('link', { name })).toBeVisible();
    }
    await expect(page).toHaveURL(/\/w\/demo$/);

    await page.getByRole('button', { name: OWNER.name }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();

    await page.getByLabel('E-mail').fill(OWNER.email);
    await page.getByLabel('Password', { exact: true }).fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    await expect(page.getByLabel('E-mail')).toHaveValue(OWNER.email);
    await page.getByLabel('Password', { exact: true }).fill(OWNER.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(menu.getByRole('link', { name: 'Opportunities' })).toBeVisible();

    // The link works once.
    await page.goto('about:blank');
    await page.context().clearCookies();
    await page.goto(server.setup);
    await page.getByLabel('Your name').fill('Mallory');
    await page.getByLabel('E-mail').fill('mallory@example.com');
    await page.getByLabel('Password', { exact: true }).fill(OWNER.password);
    await page.getByLabel('Repeat the password').fill(OWNER.password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
  } finally {
    await server.stop();
  }
});
