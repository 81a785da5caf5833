import { expect, it } from 'vitest';
import { isMachineName, lower, machineName } from './text';

it('labels are lowered inside a sentence, abbreviations are not', () => {
  expect(lower('Sales Team')).toBe('sales team');
  expect(lower('CRM Lead')).toBe('CRM lead');
  expect(lower('商机')).toBe('商机');
});

it('machine names come from labels', () => {
  expect(machineName('Close date')).toBe('close_date');
  expect(machineName('2nd Crème-brûlée!')).toBe('nd_creme_brulee');
  expect(machineName('成交日期')).toBe('');
  expect(isMachineName(machineName('A'.repeat(60)))).toBe(true);
  expect(isMachineName('1a')).toBe(false);
});
