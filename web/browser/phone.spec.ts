/** The same on a phone, in Chinese. */
import { expect, test } from './fixtures';
import { saved } from './helpers';

test.use({
  viewport: { width: 390, height: 844 },
  locale: 'zh-CN',
  hasTouch: true,
  isMobile: true,
});

test('a list of cards, a record edited, the language switched', async ({ page, api, unique }) => {
  const contact = await api.create('contact', { name: `!${unique}`, job_title: '采购' });
  await page.goto('/w/demo');
  const bar = page.getByRole('navigation', { name: '主导航' });
  await expect(bar).toBeVisible();
  await page.goto('/w/demo/contact/v/all');
  const list = page.getByRole('list', { name: /联系人/ });
  await list.getByRole('button', { name: new RegExp(unique) }).tap();
  const record = page.getByRole('complementary', { name: '联系人' });
  const title = record.getByLabel('职务');
  await expect(title).toHaveValue('采购');
  await title.fill('采购总监');
  await saved(page, () => title.press('Enter'));
  expect((await api.read('contact', contact.id))['job_title']).toBe('采购总监');
});
