/** Which fields a condition can be about: own ones, those behind links, and lists that link here. */
import type { Field } from '../../api/types';
import { kindOf } from '../../fields';
import { isEmpty, type Json } from '../../lib/json';
import { label } from '../../meta/label';
import type { Catalogue, Entity } from '../../meta/catalogue';
import { targetOf } from '../../meta/use_entity';
import { linkedEntity } from '../data/titles';
import type { EachNode, RuleNode } from './tree';

/** Links that a path may walk. */
export const HOPS_MAX = 3;

export interface FieldChoice {
  path: string;
  /** `rule`: compare it. `walk`: look behind the link. `each`: a condition on related records. */
  kind: 'rule' | 'walk' | 'each';
  field: Field;
  text: string;
}

export interface Resolved {
  field: Field;
  entity: Entity;
  /** Names on the way, the field's own last. */
  texts: string[];
}

/** Follows a path from an entity; undefined when it leads nowhere (any more). */
export function resolvePath(
  catalogue: Catalogue,
  entity: Entity,
  path: string,
): Resolved | undefined {
  const texts: string[] = [];
  let at: Entity | undefined = entity;
  const steps = path.split('.');
  for (const [index, step] of steps.entries()) {
    const field: Field | undefined = at?.byName.get(step);
    if (!at || !field) return undefined;
    texts.push(label(field.label, step));
    if (index === steps.length - 1) return { field, entity: at, texts };
    at = linkTarget(catalogue, at, field);
  }
  return undefined;
}

function linkTarget(catalogue: Catalogue, entity: Entity, field: Field): Entity | undefined {
  const name = linkedEntity(field);
  if (field.type === 'inverse') return targetOf(catalogue, entity, field.name);
  return name === undefined ? undefined : catalogue.entities.get(name);
}

/** Choices of an entity below a path (`''` or `account.`), fields first, then ways further. */
export function fieldChoices(
  catalogue: Catalogue,
  entity: Entity,
  prefix: string,
  canWalk: boolean,
): FieldChoice[] {
  const rules: FieldChoice[] = [];
  const walks: FieldChoice[] = [];
  for (const field of entity.byName.values()) {
    const choice = { path: prefix + field.name, field, text: label(field.label, field.name) };
    if (kindOf(field).operators.length > 0) rules.push({ ...choice, kind: 'rule' });
    const target = linkTarget(catalogue, entity, field);
    if (!target) continue;
    if (field.type === 'inverse') {
      if (prefix === '') walks.push({ ...choice, kind: 'each' });
    } else if (canWalk) walks.push({ ...choice, kind: 'walk' });
  }
  return [...rules, ...walks];
}

/** The entity that a prefix such as `account.` leads to. */
export function entityBehind(
  catalogue: Catalogue,
  entity: Entity,
  prefix: string,
): Entity | undefined {
  if (prefix === '') return entity;
  const resolved = resolvePath(catalogue, entity, prefix.slice(0, -1));
  return resolved && linkTarget(catalogue, resolved.entity, resolved.field);
}

/** A new condition on a field: its first operator, and a value where one is obvious. */
export function newRule(field: Field, path: string): RuleNode {
  const kind = kindOf(field);
  const rule: RuleNode = { kind: 'rule', field: path, op: kind.operators[0] ?? 'not_empty' };
  return kind.flip ? { ...rule, value: true } : rule;
}

/** A condition that a field has a value, or has none. */
export function valueRule(path: string, value: Json): RuleNode {
  return value === null
    ? { kind: 'rule', field: path, op: 'empty' }
    : { kind: 'rule', field: path, op: 'eq', value };
}

export function newEach(path: string): EachNode {
  return {
    kind: 'each',
    field: path,
    which: 'some',
    of: { kind: 'group', mode: 'all', children: [] },
  };
}

/** Variables that stand for a value of a field. */
export function variablesOf(field: Field): ('me' | 'today' | 'now')[] {
  if (linkedEntity(field) === 'user') return ['me'];
  if (field.type === 'date') return ['today'];
  return field.type === 'date_time' ? ['today', 'now'] : [];
}

/** The field of the first condition that a person adds: the first one that is usually filled. */
export function firstField(entity: Entity): Field | undefined {
  const canFilter = (field: Field) => kindOf(field).operators.length > 0;
  const choice = entity.fields.find((field) => !isEmpty(field.settings?.options));
  return choice ?? entity.titleField ?? entity.fields.find(canFilter);
}
