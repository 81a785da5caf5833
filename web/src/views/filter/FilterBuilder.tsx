/**
 * Builds a filter: the one builder for views, permissions and conditions. Unfinished conditions stay
 * here and take effect when they have a value.
 */
import { useState } from 'react';
import { t } from '../../i18n';
import type { Filter } from '../../lib/filter';
import { sameJson } from '../../lib/json';
import type { Entity } from '../../meta/catalogue';
import { GroupBox } from './GroupBox';
import css from './filter.module.css';
import {
  DEPTH_MAX,
  RULES_MAX,
  countRules,
  depthOf,
  fromFilter,
  toFilter,
  type GroupNode,
} from './tree';

interface FilterBuilderProps {
  entity: Entity;
  value: Filter | undefined;
  onChange: (filter: Filter | undefined) => void;
}

/** One more group takes up to two levels. */
const DEPTH_LEFT = 2;

export default function FilterBuilder({ entity, value, onChange }: FilterBuilderProps) {
  const [tree, setTree] = useState<GroupNode>(() => fromFilter(value));
  const [given, setGiven] = useState(value);
  // Someone else changed the filter (a header's menu, a reset): start from theirs.
  if (!sameJson(given ?? null, value ?? null)) {
    setGiven(value);
    if (!sameJson(toFilter(tree) ?? null, value ?? null)) setTree(fromFilter(value));
  }
  const change = (next: GroupNode) => {
    setTree(next);
    const filter = toFilter(next);
    if (!sameJson(filter ?? null, toFilter(tree) ?? null)) onChange(filter);
  };
  const canGrow = countRules(tree) < RULES_MAX && depthOf(tree) <= DEPTH_MAX - DEPTH_LEFT;
  return (
    <div className={css.builder}>
      <GroupBox
        root={tree}
        path={[]}
        group={tree}
        entity={entity}
        canGrow={canGrow}
        onChange={change}
      />
      {!canGrow && <p className={css.none}>{t.views.filter.tooLarge}</p>}
    </div>
  );
}
