/** The filter tree: the same JSON in views, permissions, form conditions and queries. */
import type { Json } from './json';

export type Op =
  | 'eq'
  | 'ne'
  | 'in'
  | 'not_in'
  | 'empty'
  | 'not_empty'
  | 'lt'
  | 'lte'
  | 'gt'
  | 'gte'
  | 'between'
  | 'contains'
  | 'not_contains'
  | 'starts'
  | 'ends'
  | 'within';

export interface Leaf {
  field: string;
  op: Op;
  value?: Json;
}
export interface Quantified {
  field: string;
  some?: Filter;
  every?: Filter;
  none?: Filter;
}
export type Filter = { and: Filter[] } | { or: Filter[] } | { not: Filter } | Leaf | Quantified;

export function isLeaf(filter: Filter): filter is Leaf {
  return 'op' in filter;
}

/** Both conditions must hold; absent ones do not count. */
export function allOf(...filters: (Filter | null | undefined)[]): Filter | undefined {
  const present = filters.filter((filter) => filter != null);
  return present.length > 1 ? { and: present } : present[0];
}
