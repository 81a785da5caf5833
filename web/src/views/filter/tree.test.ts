import { describe, expect, it } from 'vitest';
import type { Filter } from '../../lib/filter';
import {
  EMPTY_TREE,
  countRules,
  depthOf,
  fromFilter,
  insert,
  isComplete,
  nodeAt,
  remove,
  replace,
  setMode,
  toFilter,
  unwrap,
  withOp,
  wrap,
  type RuleNode,
} from './tree';

const rule = (field: string): RuleNode => ({ kind: 'rule', field, op: 'eq', value: 'x' });
const unfinished = (field: string): RuleNode => ({ kind: 'rule', field, op: 'eq' });
const leaf = (field: string): Filter => ({ field, op: 'eq', value: 'x' });

describe('reading and writing', () => {
  const filters: Filter[] = [
    { and: [leaf('a'), { or: [leaf('b'), leaf('c')] }] },
    { not: { and: [leaf('a'), leaf('b')] } },
    { not: { or: [leaf('a'), leaf('b')] } },
    { not: leaf('a') },
    { field: 'activities', some: { and: [leaf('a'), leaf('b')] } },
    { field: 'activities', every: leaf('done') },
    { field: 'activities', none: { not: leaf('done') } },
    { field: 'amount', op: 'between', value: ['1', '2'] },
    { field: 'amount', op: 'empty' },
    { field: 'seller', op: 'eq', value: { var: 'me' } },
  ];
  it.each(filters.map((filter) => [JSON.stringify(filter), filter] as const))(
    'comes back unchanged: %s',
    (_, filter) => {
      expect(toFilter(fromFilter(filter))).toEqual(filter);
    },
  );
  it('drops double negation and needless groups', () => {
    expect(toFilter(fromFilter({ not: { not: leaf('a') } }))).toEqual(leaf('a'));
    expect(toFilter(fromFilter({ and: [leaf('a')] }))).toEqual(leaf('a'));
  });
  it('leaves unfinished rules out and keeps them in the tree', () => {
    const tree = insert(fromFilter(leaf('a')), [], unfinished('b'));
    expect(toFilter(tree)).toEqual(leaf('a'));
    expect(tree.children).toHaveLength(2);
  });
  it('an empty tree is no filter', () => {
    expect(toFilter(EMPTY_TREE)).toBeUndefined();
    expect(fromFilter(undefined)).toBe(EMPTY_TREE);
  });
});

describe('commands', () => {
  const tree = fromFilter({ and: [leaf('a'), { or: [leaf('b'), leaf('c')] }] });
  it('find, replace and insert by path', () => {
    expect(nodeAt(tree, [1, 0])).toEqual(rule('b'));
    expect(nodeAt(tree, [7, 0])).toBeUndefined();
    expect(toFilter(replace(tree, [1, 1], rule('z')))).toEqual({
      and: [leaf('a'), { or: [leaf('b'), leaf('z')] }],
    });
    expect(toFilter(insert(tree, [1], rule('z'), 0))).toEqual({
      and: [leaf('a'), { or: [leaf('z'), leaf('b'), leaf('c')] }],
    });
  });
  it('leave the old tree as it was', () => {
    const before = JSON.stringify(tree);
    remove(setMode(wrap(tree, [0], 'any'), [1], 'none'), [1, 0]);
    expect(JSON.stringify(tree)).toBe(before);
  });
  it('removing the last rule of a group removes the group', () => {
    const left = remove(remove(tree, [1, 0]), [1, 0]);
    expect(toFilter(left)).toEqual(leaf('a'));
    expect(left.children).toHaveLength(1);
  });
  it('the group of a condition on related records may be empty', () => {
    const each = fromFilter({ field: 'activities', some: leaf('a') });
    const emptied = remove(each, [0, 0, 0]);
    expect(toFilter(emptied)).toEqual({ field: 'activities', some: { and: [] } });
    expect(remove(each, [0]).children).toHaveLength(0);
    expect(remove(each, [0, 0]).children).toHaveLength(0);
  });
  it('wrap and unwrap are inverse', () => {
    expect(unwrap(wrap(tree, [0], 'any'), [0])).toEqual(tree);
  });
  it('a negated group is not dissolved', () => {
    const negated = setMode(tree, [1], 'none');
    expect(unwrap(negated, [1])).toBe(negated);
  });
});

describe('limits', () => {
  it('count rules and levels as the server does', () => {
    const tree = fromFilter({ and: [leaf('a'), { not: { or: [leaf('b'), leaf('c')] } }] });
    expect(countRules(tree)).toBe(3);
    expect(depthOf(tree)).toBe(4);
  });
});

describe('a rule', () => {
  it('is complete when its operator has what it needs', () => {
    expect(isComplete({ kind: 'rule', field: 'a', op: 'empty' })).toBe(true);
    expect(isComplete({ kind: 'rule', field: 'a', op: 'between', value: ['1', ''] })).toBe(false);
    expect(isComplete({ kind: 'rule', field: 'a', op: 'in', value: [] })).toBe(false);
    expect(isComplete({ kind: 'rule', field: 'a', op: 'eq', value: false })).toBe(true);
  });
  it('keeps its value when the new operator can use it', () => {
    expect(withOp(rule('a'), 'in').value).toEqual(['x']);
    expect(withOp({ ...rule('a'), op: 'in', value: ['x', 'y'] }, 'ne').value).toBe('x');
    expect(withOp(rule('a'), 'empty')).toEqual({ kind: 'rule', field: 'a', op: 'empty' });
    expect(withOp(rule('a'), 'between').value).toBeUndefined();
  });
});
