/** Building while it runs: a field comes and goes, a script is obeyed, an automation is followed. */
import { expect, test } from './fixtures';
import { openGrid } from './helpers';

test('a published field is everywhere at once, and a revert takes it away', async ({
  page,
  api,
}) => {
  await page.goto('/w/demo/build/entities/contact');
  await page.getByRole('button', { name: 'Add field' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Whole number' }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByLabel('Name in English').fill('Loyalty points');
  await sheet.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'Preview and publish' }).click();
  const preview = page.getByRole('dialog', { name: 'What will change' });
  await expect(preview).toContainText('Loyalty points');
  await preview.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByText(/Published as revision/)).toBeVisible();
  expect(await api.openApi()).toContain('loyalty_points');

  await page.getByRole('link', { name: 'Open the list' }).click();
  const head = page.getByRole('columnheader', { name: 'Loyalty points' });
  await expect(head).toBeAttached();
  await page.getByRole('button', { name: 'New', exact: true }).click();
  const form = page.getByRole('dialog', { name: 'New contact' });
  await expect(form.getByLabel('Loyalty points')).toBeVisible();
  await form.getByRole('button', { name: 'Cancel' }).click();

  await page.goto('/w/demo/build/revisions');
  await page.getByRole('listitem').first().getByRole('button', { name: 'Revert' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revert' }).click();
  await expect(page.getByText(/Published as revision/)).toBeVisible();
  expect(await api.openApi()).not.toContain('loyalty_points');
  await openGrid(page, '/w/demo/contact/v/all');
  await expect(page.getByRole('columnheader', { name: 'Birthday' })).toBeAttached();
  await expect(head).toHaveCount(0);
  await page.goto('/w/demo/build/trash');
  await expect(page.getByRole('row', { name: /Loyalty points/ })).toBeVisible();
});

test('a script is marked where it is wrong, and obeyed once it is right', async ({
  page,
  unique,
}) => {
  await page.goto('/w/demo/build/scripts');
  await page.getByRole('button', { name: 'New script' }).click();
  await page.getByRole('menuitem', { name: 'Contacts' }).click();
  const editor = page.getByRole('textbox', { name: 'Script text' });
  await expect(editor).toBeVisible();
  await page.reload();
  await editor.click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText('let a = 1;\nlet b = ;\n');
  await expect(page.getByRole('button', { name: /^Line 2, column \d+/ })).toBeVisible();
  await expect(page.locator('.cm-lint-marker-error')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Preview and publish' })).toBeDisabled();

  await editor.click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(
    `if record.job_title == "${unique}" { fail("job_title", "No ${unique} here."); }\n`,
  );
  await expect(page.getByText('No problems')).toBeVisible();
  await page.getByRole('button', { name: 'Preview and publish' }).click();
  const preview = page.getByRole('dialog', { name: 'What will change' });
  await preview.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByText(/Published as revision/)).toBeVisible();

  await openGrid(page, '/w/demo/contact/v/all');
  await page.getByRole('button', { name: 'New', exact: true }).click();
  const form = page.getByRole('dialog', { name: 'New contact' });
  await form.getByRole('textbox', { name: 'Name', exact: true }).fill(`Name ${unique}`);
  await form.getByLabel('Job title').fill(unique);
  await form.getByRole('button', { name: 'Create' }).click();
  await expect(form.locator('[data-field=job_title] [role=alert]')).toHaveText(
    `No ${unique} here.`,
  );
});

test('winning a deal makes an activity, and the run shows its steps', async ({
  page,
  api,
  unique,
}) => {
  const deal = await api.create('opportunity', { name: unique, close_value: '1200' });
  await page.goto(`/w/demo/opportunity/r/${deal.id}`);
  const stages = page.getByRole('group', { name: 'Stage', exact: true });
  await stages.getByRole('button', { name: 'Won' }).click();
  await expect(stages.getByRole('button', { name: 'Won' })).toHaveAttribute('aria-pressed', 'true');
  const activities = () => api.list('activity', { field: 'opportunity', op: 'eq', value: deal.id });
  await expect.poll(async () => (await activities()).length).toBe(1);
  expect((await activities())[0]?.['subject']).toBe(`赢单 Won: ${unique}`);

  await page.goto('/w/demo/build/automations/on_won');
  const run = page.getByRole('listitem').filter({ has: page.locator('button[aria-expanded]') });
  await run.first().getByRole('button').first().click();
  await expect(page.getByText('note', { exact: true })).toBeVisible();
  await expect(page.getByText('tell_erp', { exact: true })).toBeVisible();

  // Nobody has said where “erp” is, so the message waits, and says why.
  await openGrid(page, '/w/demo/outbox_message');
  await expect(page.getByRole('row', { name: /webhook Waiting .*erp/ })).toBeVisible();
});
