/**
 * The filter as people build it: groups, rules and conditions on related records, as an immutable
 * tree whose nodes are named by paths. Every command returns a new tree and leaves the old one.
 */
import { isLeaf, type Filter, type Leaf, type Op, type Quantified } from '../../lib/filter';
import { isEmpty, isObject, type Json } from '../../lib/json';

/** How the children of a group count: `not_all` and `none` are the negations of the first two. */
export type GroupMode = 'all' | 'any' | 'none' | 'not_all';
/** How many related records must match. */
export type Quantifier = 'some' | 'every' | 'none';

export interface GroupNode {
  kind: 'group';
  mode: GroupMode;
  children: FilterNode[];
}
/** One comparison. A rule without a value is unfinished: it is kept here and left out of the filter. */
export interface RuleNode {
  kind: 'rule';
  field: string;
  op: Op;
  value?: Json;
}
/** A condition on the records behind an inverse field. Its group is the child at index 0. */
export interface EachNode {
  kind: 'each';
  field: string;
  which: Quantifier;
  of: GroupNode;
}
export type FilterNode = GroupNode | RuleNode | EachNode;
/** Child numbers from the root down. */
export type FilterPath = readonly number[];

/** What the server accepts at most. */
export const DEPTH_MAX = 16;
export const RULES_MAX = 200;

/** A filter that lets everything through. */
export const EMPTY_TREE: GroupNode = { kind: 'group', mode: 'all', children: [] };

const VALUELESS: ReadonlySet<Op> = new Set<Op>(['empty', 'not_empty']);

export function needsValue(op: Op): boolean {
  return !VALUELESS.has(op);
}

/** True when a rule says enough to be sent. */
export function isComplete({ field, op, value }: RuleNode): boolean {
  if (!field) return false;
  if (!needsValue(op)) return true;
  if (op === 'between') return Array.isArray(value) && value.length === 2 && !value.some(isEmpty);
  return !isEmpty(value);
}

/** Reads a stored filter; the root is always a group. */
export function fromFilter(filter: Filter | null | undefined): GroupNode {
  if (!filter) return EMPTY_TREE;
  const node = toNode(filter);
  return node.kind === 'group' ? node : { kind: 'group', mode: 'all', children: [node] };
}

function toNode(filter: Filter): FilterNode {
  if ('and' in filter) return { kind: 'group', mode: 'all', children: filter.and.map(toNode) };
  if ('or' in filter) return { kind: 'group', mode: 'any', children: filter.or.map(toNode) };
  if ('not' in filter) return negated(toNode(filter.not));
  if (isLeaf(filter)) return toRule(filter);
  return toEach(filter);
}

const OPPOSITE: Record<GroupMode, GroupMode> = {
  all: 'not_all',
  not_all: 'all',
  any: 'none',
  none: 'any',
};

function negated(node: FilterNode): GroupNode {
  if (node.kind === 'group') return { ...node, mode: OPPOSITE[node.mode] };
  return { kind: 'group', mode: 'none', children: [node] };
}

function toRule({ field, op, value }: Leaf): RuleNode {
  return value === undefined ? { kind: 'rule', field, op } : { kind: 'rule', field, op, value };
}

function toEach(filter: Quantified): EachNode {
  const which = filter.every ? 'every' : filter.none ? 'none' : 'some';
  return { kind: 'each', field: filter.field, which, of: fromFilter(filter[which]) };
}

/** The filter to send or store, without unfinished rules; undefined when nothing is left. */
export function toFilter(node: FilterNode): Filter | undefined {
  if (node.kind === 'rule') return isComplete(node) ? ruleFilter(node) : undefined;
  if (node.kind === 'each') {
    const of = toFilter(node.of) ?? { and: [] };
    return node.field ? { field: node.field, [node.which]: of } : undefined;
  }
  const children = node.children.map(toFilter).filter((child) => child !== undefined);
  if (children.length === 0) return undefined;
  const conjunction = node.mode === 'all' || node.mode === 'not_all';
  const inner =
    children.length > 1 ? (conjunction ? { and: children } : { or: children }) : undefined;
  const positive = inner ?? (children[0] as Filter);
  return node.mode === 'all' || node.mode === 'any' ? positive : { not: positive };
}

function ruleFilter({ field, op, value }: RuleNode): Leaf {
  return needsValue(op) ? { field, op, value: value as Json } : { field, op };
}

/** The node at a path, or undefined when the path leads nowhere. */
export function nodeAt(root: FilterNode, path: FilterPath): FilterNode | undefined {
  return path.reduce<FilterNode | undefined>(
    (node, index) => node && childrenOf(node)[index],
    root,
  );
}

function childrenOf(node: FilterNode): FilterNode[] {
  if (node.kind === 'group') return node.children;
  return node.kind === 'each' ? [node.of] : [];
}

/** Replaces the node at a path. The root and the group of an `each` stay groups. */
export function replace(root: GroupNode, path: FilterPath, next: FilterNode): GroupNode {
  return edit(root, path, () => next) as GroupNode;
}

/** Rewrites the node at a path with a function; an unknown path changes nothing. */
function edit(
  node: FilterNode,
  path: FilterPath,
  change: (node: FilterNode) => FilterNode,
): FilterNode {
  const [index, ...rest] = path;
  if (index === undefined) return change(node);
  const child = childrenOf(node)[index];
  if (!child) return node;
  const next = edit(child, rest, change);
  if (next === child) return node;
  if (node.kind === 'each') return { ...node, of: asGroup(next) };
  const group = node as GroupNode;
  return { ...group, children: group.children.with(index, next) };
}

function asGroup(node: FilterNode): GroupNode {
  return node.kind === 'group' ? node : { kind: 'group', mode: 'all', children: [node] };
}

/** Adds a node to the group at a path, at the end unless an index is given. */
export function insert(
  root: GroupNode,
  path: FilterPath,
  node: FilterNode,
  at?: number,
): GroupNode {
  return edit(root, path, (group) => {
    if (group.kind !== 'group') return group;
    return { ...group, children: group.children.toSpliced(at ?? group.children.length, 0, node) };
  }) as GroupNode;
}

/** Takes a node out. A nested group that becomes empty goes with it, the root stays. */
export function remove(root: GroupNode, path: FilterPath): GroupNode {
  const index = path.at(-1);
  if (index === undefined) return { ...root, children: [] };
  const parentPath = path.slice(0, -1);
  const parent = nodeAt(root, parentPath);
  // The group of an `each` has no life of its own.
  if (parent?.kind === 'each') return remove(root, parentPath);
  const next = edit(root, parentPath, (group) =>
    group.kind === 'group' ? { ...group, children: group.children.toSpliced(index, 1) } : group,
  ) as GroupNode;
  const left = nodeAt(next, parentPath);
  const isEmptyGroup = left?.kind === 'group' && left.children.length === 0;
  const inEach = nodeAt(next, parentPath.slice(0, -1))?.kind === 'each';
  return isEmptyGroup && parentPath.length > 0 && !inEach ? remove(next, parentPath) : next;
}

/** Puts a group around a node, so that others can join it. */
export function wrap(root: GroupNode, path: FilterPath, mode: GroupMode): GroupNode {
  if (path.length === 0) return { kind: 'group', mode, children: [root] };
  return edit(root, path, (node) => ({ kind: 'group', mode, children: [node] })) as GroupNode;
}

/** Dissolves a nested group into its parent. A negated group stays: dissolving would change it. */
export function unwrap(root: GroupNode, path: FilterPath): GroupNode {
  const node = nodeAt(root, path);
  const parent = nodeAt(root, path.slice(0, -1));
  const index = path.at(-1);
  if (node?.kind !== 'group' || parent?.kind !== 'group' || index === undefined) return root;
  if (node.mode === 'none' || node.mode === 'not_all') return root;
  const children = parent.children.toSpliced(index, 1, ...node.children);
  return replace(root, path.slice(0, -1), { ...parent, children });
}

export function setMode(root: GroupNode, path: FilterPath, mode: GroupMode): GroupNode {
  return edit(root, path, (node) =>
    node.kind === 'group' ? { ...node, mode } : node,
  ) as GroupNode;
}

/** Rules in a tree, finished or not. */
export function countRules(node: FilterNode): number {
  if (node.kind === 'rule') return 1;
  const inner = childrenOf(node).reduce((sum, child) => sum + countRules(child), 0);
  return node.kind === 'each' ? Math.max(inner, 1) : inner;
}

/** Finished top-level conditions: the number on the filter button. */
export function countConditions(filter: Filter | undefined): number {
  return filter ? countRules(fromFilter(filter)) : 0;
}

/** Levels of nesting that the tree takes on the wire. */
export function depthOf(node: FilterNode): number {
  if (node.kind === 'rule') return 1;
  const inner = Math.max(0, ...childrenOf(node).map(depthOf));
  const negation = node.kind === 'group' && (node.mode === 'none' || node.mode === 'not_all');
  return inner + (negation ? 2 : 1);
}

/** A rule that was changed keeps its value only where the new operator can use it. */
export function withOp(rule: RuleNode, op: Op): RuleNode {
  const shape = (o: Op) =>
    o === 'in' || o === 'not_in' ? 'many' : o === 'between' || o === 'within' ? o : 'one';
  if (!needsValue(op)) return { kind: 'rule', field: rule.field, op };
  if (op === 'within' && rule.op !== op) return { ...rule, op, value: { this: 'month' } };
  if (!needsValue(rule.op) || rule.value === undefined)
    return { kind: 'rule', field: rule.field, op };
  const [from, to] = [shape(rule.op), shape(op)];
  if (from === to) return { ...rule, op };
  if (from === 'one' && to === 'many') return { ...rule, op, value: [rule.value] };
  if (from === 'many' && to === 'one' && Array.isArray(rule.value) && rule.value.length > 0) {
    return { ...rule, op, value: rule.value[0] as Json };
  }
  return { kind: 'rule', field: rule.field, op };
}

/** A variable such as `{"var": "me"}` in place of a value. */
export function variableOf(value: Json | undefined): string | undefined {
  return isObject(value) && typeof value['var'] === 'string' ? value['var'] : undefined;
}
