import { describe, expect, it } from 'vitest';
import { toCatalogue } from '../meta/catalogue';
import { checkColumns, guessColumns, importable, toMapping, unknownValues } from './mapping';

const catalogue = toCatalogue({
  revision: 1,
  documents: [
    {
      kind: 'entity',
      name: 'deal',
      document: {
        name: 'deal',
        label: { en: 'Deal' },
        title_field: 'name',
        fields: [
          { id: 'a', name: 'name', type: 'text', label: { en: 'Deal name' }, required: true },
          { id: 'b', name: 'product', type: 'link', label: {}, settings: { to: 'product' } },
          { id: 'c', name: 'stage', type: 'stage', label: { en: 'Stage', 'zh-CN': '阶段' } },
          { id: 'd', name: 'made', type: 'text', label: {}, read_only: true },
        ],
      },
    },
    {
      kind: 'entity',
      name: 'product',
      document: { name: 'product', label: {}, title_field: 'title', fields: [] },
    },
  ],
});
const entity = catalogue.entities.get('deal')!;
const fields = importable(entity, () => true);

describe('the mapping of an import', () => {
  it('is guessed from names and labels, each field once', () => {
    expect(
      guessColumns(['Deal Name', 'my_product', 'PRODUCT', '阶段', 'stage', 'made'], fields),
    ).toEqual({
      'Deal Name': 'name',
      PRODUCT: 'product',
      阶段: 'stage',
      stage: null,
      my_product: null,
      made: null,
    });
  });
  it('also takes a column that ends with the name', () => {
    expect(guessColumns(['deal_stage', 'xname'], fields)).toEqual({
      deal_stage: 'stage',
      xname: 'name',
    });
  });
  it('says what is missing and what is there twice', () => {
    const faults = checkColumns({ a: 'stage', b: 'stage', c: null }, fields);
    expect(faults.missing.map((field) => field.name)).toEqual(['name']);
    expect(faults.twice.map((field) => field.name)).toEqual(['stage']);
  });
  it('finds links by title and says what values mean', () => {
    expect(
      toMapping(
        { Name: 'name', Product: 'product', Stage: 'stage', x: null },
        { Product: { GTXPro: 'GTX Pro', other: '' }, Stage: {} },
        entity,
        catalogue,
      ),
    ).toEqual({
      Name: 'name',
      Product: { field: 'product', by: 'title', values: { GTXPro: 'GTX Pro' } },
      Stage: 'stage',
    });
  });
  it('reads the unknown values out of the error report', () => {
    const report = [
      ['line', 'column', 'value', 'reason'],
      ['2', 'Product', 'GTXPro', 'No such product.'],
      ['3', 'Product', 'GTXPro', 'No such product.'],
      ['3', 'Stage', 'Open', 'No such option.'],
      ['4', 'Name', '', 'Required.'],
    ];
    const columns = { Product: 'product', Stage: 'stage', Name: 'name' };
    expect(unknownValues(report, columns, entity)).toMatchObject([
      { column: 'Product', value: 'GTXPro', rows: 2 },
      { column: 'Stage', value: 'Open', rows: 1 },
    ]);
  });
});
