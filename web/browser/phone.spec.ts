/** The same on a phone, in Chinese: one thumb, cards in place of rows, and back to English. */
import { expect, test } from './fixtures';
import { saved } from './helpers';

test.use({
  viewport: { width: 390, height: 844 },
  locale: 'zh-CN',
  hasTouch: true,
  isMobile: true,
});

test('a card opens, is edited, and the language changes', async ({ page, api, unique }) => {
  const contact = await api.create('contact', { name: `!${unique}`, job_title: '采购' });
  await page.goto('/w/demo');
  const bar = page.getByRole('navigation', { name: '主导航' });
  await expect(bar.getByRole('link', { name: '首页' })).toBeVisible();
  await page.getByRole('link', { name: '联系人' }).first().tap();

  const list = page.getByRole('list', { name: /联系人/ });
  await expect(page.getByRole('grid')).toHaveCount(0);
  await list.getByRole('button', { name: new RegExp(unique) }).tap();
  const record = page.getByRole('complementary', { name: '联系人' });
  const title = record.getByLabel('职务');
  await expect(title).toHaveValue('采购');
  await title.fill('采购总监');
  await saved(page, () => title.press('Enter'));
  expect((await api.read('contact', contact.id))['job_title']).toBe('采购总监');
  await record.getByRole('button', { name: '关闭' }).tap();
  await expect(list.getByRole('button', { name: /采购总监/ })).toBeVisible();

  // Nothing sticks out sideways.
  const overhang = () =>
    page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(await overhang()).toBeLessThanOrEqual(0);

  await bar.getByRole('button', { name: '我' }).tap();
  await page.getByRole('menuitem', { name: 'English' }).tap();
  const english = page.getByRole('navigation', { name: 'Main navigation' });
  await expect(english.getByText('Home')).toBeVisible();
  await page.reload();
  await expect(english.getByText('Home')).toBeVisible();
  await expect(page.getByRole('list', { name: /Contacts/ })).toBeVisible();
});
