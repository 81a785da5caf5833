/** Pictures of the main screens, in both languages, light and dark, wide and on a phone. */
import { join, resolve } from 'node:path';
import type { Page } from '@playwright/test';
import type { Api } from './api';
import { expect, test } from './fixtures';

const FOLDER = resolve(import.meta.dirname, '../../target/screens');
const DEVICES = {
  desktop: { viewport: { width: 1440, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
} as const;

type Prepare = (page: Page, api: Api) => Promise<void>;
const at =
  (path: string): Prepare =>
  async (page) =>
    void (await page.goto(`/w/demo${path}`));

async function someDeal(api: Api): Promise<string> {
  const won = { field: 'stage', op: 'eq', value: 'won' };
  const found = { and: [won, { field: 'account', op: 'not_empty' }] };
  return (await api.list('opportunity', found))[0]!.id;
}

/** How to get there, and what is there only once the page is complete. */
const SCREENS: Record<string, [Prepare, ready: string]> = {
  sign_in: [
    async (page) => {
      await page.context().clearCookies();
      await page.goto('/sign-in');
    },
    'form',
  ],
  home: [at(''), 'main h1'],
  grid: [at('/opportunity/v/all'), '[role=gridcell], main li button'],
  kanban: [at('/opportunity/v/by_stage'), '[data-card]'],
  record: [
    async (page, api) => void (await page.goto(`/w/demo/opportunity/r/${await someDeal(api)}`)),
    'aside time',
  ],
  peek: [
    async (page, api) => {
      await page.goto(`/w/demo/opportunity/v/all?peek=opportunity:${await someDeal(api)}`);
    },
    'aside [data-field] input',
  ],
  form: [
    async (page) => {
      await page.goto('/w/demo/contact/v/all');
      await page
        .getByRole('button', { name: /^(New|新建)$/ })
        .first()
        .click();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /^(Create|创建)$/ })
        .click();
    },
    '[data-field] [role=alert]',
  ],
  filter: [
    async (page) => {
      await page.goto('/w/demo/opportunity/v/won');
      await page
        .getByRole('button', { name: /^(Filter|筛选)/ })
        .first()
        .click();
      await page
        .getByRole('button', { name: /^(Add group|添加.*组)/ })
        .first()
        .click();
    },
    '[role=dialog] [role=group] [role=group], [aria-modal] [role=group] [role=group]',
  ],
  import: [at('/account/import'), 'main input[type=file]'],
  build_tables: [at('/build/entities'), 'main th[scope=row]'],
  build_fields: [at('/build/entities/opportunity'), 'main th[scope=row]'],
  script: [
    async (page) => {
      await page.goto('/w/demo/build/scripts');
      await page.getByRole('main').getByRole('rowheader').getByRole('link').first().click();
    },
    '[role=status] svg',
  ],
  automation: [at('/build/automations/on_won'), 'main ol li'],
  revisions: [at('/build/revisions'), 'main ol li'],
  profile: [at('/my/profile'), 'main form'],
};

/** Nothing is being fetched, and no placeholder is left. */
async function settled(page: Page, ready: string): Promise<void> {
  await page.locator(ready).first().waitFor({ state: 'attached' });
  await expect(
    page.locator('[aria-busy=true], .mantine-Skeleton-root, [class*=_blank_]'),
  ).toHaveCount(0);
  await page.evaluate(() => document.fonts.ready);
}

for (const [device, settings] of Object.entries(DEVICES)) {
  for (const language of ['en', 'zh-CN'] as const) {
    for (const colorScheme of ['light', 'dark'] as const) {
      test.describe(`${device} ${language} ${colorScheme}`, () => {
        test.use({ ...settings, locale: language, colorScheme });
        test.beforeEach(({ api }) => api.setLanguage(language));
        for (const [name, [prepare, ready]] of Object.entries(SCREENS)) {
          test(name, async ({ page, api }) => {
            await prepare(page, api);
            await settled(page, ready);
            const file = `${name}.${device}.${language}.${colorScheme}.png`;
            await page.screenshot({ path: join(FOLDER, file), animations: 'disabled' });
          });
        }
      });
    }
  }
}
