import { expect, it } from 'vitest';
import { viewName } from './use_view_documents';

it('a title becomes a machine name that nobody has yet', () => {
  const taken = new Set(['all', 'all_2']);
  expect(viewName('Open deals 2026', taken)).toBe('open_deals_2026');
  expect(viewName('All', taken)).toBe('all_3');
  expect(viewName('我的商机', taken)).toBe('view');
  expect(viewName('2026 Übersicht', taken)).toBe('ubersicht');
  expect(viewName('x'.repeat(90), taken).length).toBeLessThanOrEqual(40);
});
