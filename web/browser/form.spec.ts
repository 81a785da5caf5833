/** The form for a new record: errors stand beside their fields, and nothing typed is lost. */
import { expect, test } from './fixtures';
import { openGrid } from './helpers';

test('refused values stay where they are, with the reason beside them', async ({
  page,
  api,
  unique,
}) => {
  await openGrid(page, '/w/demo/contact/v/all');
  await page.getByRole('button', { name: 'New', exact: true }).click();
  const form = page.getByRole('dialog', { name: 'New contact' });
  const email = form.getByLabel('E-mail');
  const name = form.getByRole('textbox', { name: 'Name', exact: true });
  await form.getByLabel('Job title').fill('Night porter');
  await email.fill('not an address');
  await form.getByRole('button', { name: 'Create' }).click();

  await expect(form.locator('[data-field=name] [role=alert]')).toBeVisible();
  await expect(form.locator('[data-field=email] [role=alert]')).toBeVisible();
  await expect(email).toHaveValue('not an address');
  await expect(form.getByLabel('Job title')).toHaveValue('Night porter');

  // Closed by accident, or the page loaded anew: it is still there.
  await page.reload();
  await page.getByRole('button', { name: 'New', exact: true }).click();
  await expect(email).toHaveValue('not an address');
  await name.fill(unique);
  await email.fill(`${unique}@example.com`);
  await form.getByRole('button', { name: 'Create' }).click();
  await expect(form).toBeHidden();
  const [row] = await api.list('contact', { field: 'name', op: 'eq', value: unique });
  expect(row).toMatchObject({ email: `${unique}@example.com`, job_title: 'Night porter' });
});

test('what the script refuses stands beside its field too', async ({ page, unique }) => {
  await openGrid(page, '/w/demo/opportunity/v/all');
  await page.getByRole('button', { name: 'New', exact: true }).click();
  const form = page.getByRole('dialog', { name: 'New opportunity' });
  await form.getByLabel('Opportunity name').fill(unique);
  await form.locator('[data-field=stage] button').first().click();
  await page.getByRole('option', { name: 'Won' }).click();
  await form.getByRole('button', { name: 'Create' }).click();
  await expect(form.locator('[data-field=close_value] [role=alert]')).toBeVisible();
  await expect(form.getByLabel('Opportunity name')).toHaveValue(unique);
});
