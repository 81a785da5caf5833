/** One condition as a sentence: field, comparison, value. */
import { Select } from '@mantine/core';
import { kindOf } from '../../fields';
import { t } from '../../i18n';
import type { Op } from '../../lib/filter';
import type { Entity } from '../../meta/catalogue';
import { useMeta } from '../../meta/use_meta';
import { FieldPicker } from './FieldPicker';
import { ValueInput } from './ValueInput';
import { newEach, newRule, resolvePath, type FieldChoice } from './fields';
import css from './filter.module.css';
import { isComplete, withOp, type FilterNode, type RuleNode } from './tree';

interface RuleRowProps {
  entity: Entity;
  rule: RuleNode;
  onChange: (node: FilterNode) => void;
}

/** Numbers and dates share operators but not their words: a date is before, not less. */
function opText(op: Op, isDate: boolean): string {
  const { ops, dateOps } = t.views.filter;
  return isDate && op in dateOps ? dateOps[op as keyof typeof dateOps] : ops[op];
}

/** What a choice of the field picker begins. */
export function nodeOf(choice: FieldChoice): FilterNode {
  return choice.kind === 'each' ? newEach(choice.path) : newRule(choice.field, choice.path);
}

export function RuleRow({ entity, rule, onChange }: RuleRowProps) {
  const resolved = resolvePath(useMeta(), entity, rule.field);
  const operators = resolved ? kindOf(resolved.field).operators : [];
  const isDate = operators.includes('within');
  return (
    <div className={css.rule} data-unfinished={!isComplete(rule) || undefined}>
      <FieldPicker
        entity={entity}
        path={rule.field}
        onPick={(choice) => {
          if (choice.path !== rule.field || choice.kind !== 'rule') onChange(nodeOf(choice));
        }}
      />
      <Select
        size="xs"
        className={css.op}
        aria-label={t.views.filter.operator}
        allowDeselect={false}
        data={operators.map((op) => ({ value: op, label: opText(op, isDate) }))}
        value={rule.op}
        onChange={(op) => op && onChange(withOp(rule, op as Op))}
      />
      <div className={css.value} title={isComplete(rule) ? undefined : t.views.filter.unfinished}>
        {resolved && (
          <ValueInput
            key={`${rule.field} ${rule.op}`}
            field={resolved.field}
            op={rule.op}
            value={rule.value}
            onChange={(value) => {
              const { value: _, ...rest } = rule;
              onChange(value === undefined ? rest : { ...rest, value });
            }}
          />
        )}
      </div>
    </div>
  );
}
