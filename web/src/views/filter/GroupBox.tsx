/** A group of conditions: how they combine, the conditions, and what can be added. */
import { ActionIcon, Button, Menu, Select } from '@mantine/core';
import { IconDots, IconPlus } from '@tabler/icons-react';
import { t } from '../../i18n';
import type { Entity } from '../../meta/catalogue';
import { useMeta } from '../../meta/use_meta';
import { targetOf } from '../../meta/use_entity';
import { FieldPicker } from './FieldPicker';
import { RuleRow, nodeOf } from './RuleRow';
import { firstField, newRule } from './fields';
import css from './filter.module.css';
import {
  insert,
  remove,
  replace,
  setMode,
  unwrap,
  wrap,
  type EachNode,
  type FilterNode,
  type FilterPath,
  type GroupMode,
  type GroupNode,
  type Quantifier,
} from './tree';

const MODES: readonly GroupMode[] = ['all', 'any', 'none', 'not_all'];
const QUANTIFIERS: readonly Quantifier[] = ['some', 'every', 'none'];

interface GroupBoxProps {
  root: GroupNode;
  path: FilterPath;
  group: GroupNode;
  entity: Entity;
  /** False when the filter is as large as the server takes. */
  canGrow: boolean;
  onChange: (root: GroupNode) => void;
}

export function GroupBox(props: GroupBoxProps) {
  const { root, path, group, entity, canGrow, onChange } = props;
  const { filter } = t.views;
  const add = (node: FilterNode) => onChange(insert(root, path, node));
  const first = firstField(entity);
  const newFirst = () => first && newRule(first, first.name);
  const addGroup = () => {
    const rule = newFirst();
    if (rule) add({ kind: 'group', mode: group.mode === 'any' ? 'all' : 'any', children: [rule] });
  };
  return (
    <div className={path.length > 0 ? css.group : undefined} role="group">
      {group.children.length > 0 && (
        <div className={css.groupHead}>
          <span>{path.length > 0 ? filter.introIn : filter.intro}</span>
          <Select
            size="xs"
            w={190}
            aria-label={filter.mode}
            allowDeselect={false}
            data={MODES.map((mode) => ({ value: mode, label: filter.modes[mode] }))}
            value={group.mode}
            onChange={(mode) => mode && onChange(setMode(root, path, mode as GroupMode))}
          />
        </div>
      )}
      {group.children.map((child, index) => (
        // A condition is named by its place: there is nothing else that could.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={index} className={css.line}>
          <Node {...props} node={child} path={[...path, index]} />
          <NodeMenu {...props} node={child} path={[...path, index]} />
        </div>
      ))}
      {group.children.length === 0 && (
        <p className={css.none}>{path.length > 0 ? filter.emptyGroup : filter.empty}</p>
      )}
      <div className={css.adds}>
        <Button
          variant="subtle"
          size="compact-xs"
          leftSection={<IconPlus size={14} stroke={1.5} />}
          disabled={!canGrow}
          onClick={() => {
            const rule = newFirst();
            if (rule) add(rule);
          }}
        >
          {filter.addRule}
        </Button>
        <Button
          variant="subtle"
          color="gray"
          size="compact-xs"
          disabled={!canGrow}
          onClick={addGroup}
        >
          {filter.addGroup}
        </Button>
      </div>
    </div>
  );
}

interface NodeProps extends GroupBoxProps {
  node: FilterNode;
}

function Node({ node, ...props }: NodeProps) {
  const { root, path, entity, onChange } = props;
  if (node.kind === 'group') return <GroupBox {...props} group={node} />;
  if (node.kind === 'each') return <EachBox {...props} node={node} />;
  return (
    <RuleRow entity={entity} rule={node} onChange={(next) => onChange(replace(root, path, next))} />
  );
}

function EachBox({ node, ...props }: GroupBoxProps & { node: EachNode }) {
  const { root, path, entity, onChange } = props;
  const target = targetOf(useMeta(), entity, node.field);
  const { filter } = t.views;
  return (
    <div className={css.each}>
      <div className={css.rule}>
        <FieldPicker
          entity={entity}
          path={node.field}
          onPick={(choice) => onChange(replace(root, path, nodeOf(choice)))}
        />
        <Select
          size="xs"
          className={css.op}
          aria-label={filter.quantifier}
          allowDeselect={false}
          data={QUANTIFIERS.map((which) => ({ value: which, label: filter.quantifiers[which] }))}
          value={node.which}
          onChange={(which) =>
            which && onChange(replace(root, path, { ...node, which: which as Quantifier }))
          }
        />
      </div>
      {target && <GroupBox {...props} path={[...path, 0]} group={node.of} entity={target} />}
    </div>
  );
}

function NodeMenu({ root, path, node, canGrow, onChange }: NodeProps) {
  const { filter } = t.views;
  const parent = path.slice(0, -1);
  const isPlainGroup = node.kind === 'group' && (node.mode === 'all' || node.mode === 'any');
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon size="sm" aria-label={filter.options}>
          <IconDots size={16} stroke={1.5} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          disabled={!canGrow}
          onClick={() => onChange(insert(root, parent, node, (path.at(-1) ?? 0) + 1))}
        >
          {filter.duplicate}
        </Menu.Item>
        <Menu.Item disabled={!canGrow} onClick={() => onChange(wrap(root, path, 'any'))}>
          {filter.wrap}
        </Menu.Item>
        {isPlainGroup && (
          <Menu.Item onClick={() => onChange(unwrap(root, path))}>{filter.unwrap}</Menu.Item>
        )}
        <Menu.Item color="red" onClick={() => onChange(remove(root, path))}>
          {node.kind === 'group' ? filter.removeGroup : filter.removeRule}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
