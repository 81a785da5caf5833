import { describe, expect, it } from 'vitest';
import type { Field } from '../../api/types';
import { sameJson } from '../../lib/json';
import { checkField, followLabel, fromValues, toValues } from './field_values';

const field: Field = {
  id: 'amount_k9',
  name: 'amount',
  type: 'currency',
  label: { en: 'Amount', 'zh-CN': '金额' },
  help: { en: 'Without tax' },
  required: true,
  default: '0.00',
  app: 'crm',
  settings: { currency: 'USD', min: '0' },
};
const fresh: Field = { id: 'new:1', name: '', type: 'text', label: {} };

describe('a field definition', () => {
  it('goes through the form unchanged', () => {
    expect(sameJson(fromValues(field, toValues(field)), field)).toBe(true);
  });
  it('takes its machine name from the English label until it is published', () => {
    expect(followLabel(fresh, { label_en: 'Close date' })['name']).toBe('close_date');
    const named: Field = { ...fresh, name: 'own', label: { en: 'Close date' } };
    expect(followLabel(named, { ...toValues(named), label_en: 'X' })['name']).toBe('own');
    expect(followLabel(field, { ...toValues(field), label_en: 'X' })['name']).toBe('amount');
  });
  it('drops flags and settings that are emptied', () => {
    const { required: _, min: __, ...values } = toValues(field);
    const made = fromValues(field, values);
    expect(made).not.toHaveProperty('required');
    expect(made.settings).toEqual({ currency: 'USD' });
  });
  it('needs a name, a label and its required settings', () => {
    expect(Object.keys(checkField(fresh, []))).toEqual(['name', 'label_en']);
    expect(checkField({ ...fresh, name: 'amount', label: { en: 'A' } }, [field])).toHaveProperty(
      'name',
    );
    const select: Field = { ...fresh, name: 'kind', type: 'select', label: { 'zh-CN': '类别' } };
    expect(Object.keys(checkField(select, []))).toEqual(['options']);
    expect(checkField(field, [field])).toEqual({});
  });
});
