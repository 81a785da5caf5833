import { expect, it } from 'vitest';
import { toOperation } from './send';

it('writes go over the wire as the batch route takes them', () => {
  expect(toOperation({ op: 'create', id: 'a', values: { name: 'x' } }, undefined)).toEqual({
    op: 'create',
    values: { name: 'x', id: 'a' },
  });
  expect(toOperation({ op: 'update', id: 'a', values: { name: 'x' } }, 3)).toEqual({
    op: 'update',
    id: 'a',
    values: { name: 'x' },
    if_match: 3,
  });
  expect(toOperation({ op: 'delete', id: 'a' }, undefined)).toEqual({ op: 'delete', id: 'a' });
  expect(toOperation({ op: 'restore', id: 'a' }, 3)).toEqual({ op: 'restore', id: 'a' });
});
