/** The one editor of options: labels in both languages, colour, order, archive; of stages also kind. */
import { ActionIcon, Button, Group, Menu, Select, TextInput, Tooltip } from '@mantine/core';
import {
  IconArchive,
  IconArchiveOff,
  IconArrowDown,
  IconArrowUp,
  IconPlus,
  IconX,
} from '@tabler/icons-react';
import type { Option } from '../../api/types';
import { t } from '../../i18n';
import type { Json } from '../../lib/json';
import { machineName } from '../../lib/text';
import { HUES, type Hue, hueOf } from '../../ui/hues';
import type { InputProps } from '../define_field';
import css from './OptionEditor.module.css';

interface OptionEditorProps extends InputProps<Json> {
  isStage?: boolean;
}

const NEW = 'new:';
const isNew = (option: Option) => option.id.startsWith(NEW);

function optionsIn(value: Json | null): Option[] {
  return Array.isArray(value) ? (value as unknown as Option[]) : [];
}

/** A name that no other option has; Chinese labels leave none, so a number stands in. */
function freeName(options: readonly Option[], own: Option, wanted: string): string {
  const taken = new Set(options.filter((one) => one.id !== own.id).map((one) => one.name));
  const base = wanted || 'option';
  if (wanted && !taken.has(base)) return base;
  let n = wanted ? 2 : options.indexOf(own) + 1;
  while (taken.has(`${base}_${n}`)) n += 1;
  return `${base}_${n}`;
}

function Colour({ value, onChange }: { value: Hue; onChange: (hue: Hue) => void }) {
  return (
    <Menu position="bottom-start" width={168}>
      <Menu.Target>
        <Tooltip label={t.fields.options.color}>
          <ActionIcon
            variant="transparent"
            aria-label={`${t.fields.options.color}: ${t.fields.hues[value]}`}
          >
            <span className={css.dot} style={{ background: `var(--hue-${value}-fg)` }} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={css.hues}>
          {HUES.map((hue) => (
            <Menu.Item
              key={hue}
              className={css.hue}
              aria-label={t.fields.hues[hue]}
              aria-current={hue === value || undefined}
              onClick={() => onChange(hue)}
            >
              <span className={css.dot} style={{ background: `var(--hue-${hue}-fg)` }} />
            </Menu.Item>
          ))}
        </div>
      </Menu.Dropdown>
    </Menu>
  );
}

export default function OptionEditor({ value, onChange, isStage, ...props }: OptionEditorProps) {
  const options = optionsIn(value);
  const give = (next: Option[]) => onChange(next as unknown as Json);
  const change = (id: string, rest: Partial<Option>) =>
    give(options.map((one) => (one.id === id ? { ...one, ...rest } : one)));
  const relabel = (option: Option, language: 'en' | 'zh-CN', text: string) => {
    const label = { ...option.label, [language]: text };
    const name = isNew(option)
      ? freeName(options, option, machineName(label.en ?? ''))
      : option.name;
    change(option.id, { label, name });
  };
  const move = (at: number, by: number) => {
    const next = [...options];
    const [taken] = next.splice(at, 1);
    next.splice(at + by, 0, taken!);
    give(next);
  };
  const add = () => {
    const option: Option = {
      id: NEW + crypto.randomUUID(),
      name: '',
      label: {},
      color: HUES[(options.length * 5) % HUES.length]!,
      ...(isStage ? { kind: 'open' as const } : {}),
    };
    give([...options, { ...option, name: freeName([...options, option], option, '') }]);
  };
  return (
    <div
      id={props.id}
      className={css.editor}
      role="group"
      aria-describedby={props['aria-describedby']}
    >
      {options.map((option, at) => (
        <div key={option.id} className={css.option} data-archived={option.archived || undefined}>
          <Colour value={hueOf(option.color)} onChange={(color) => change(option.id, { color })} />
          <TextInput
            className={css.label}
            size="xs"
            aria-label={t.fields.options.en}
            placeholder={t.fields.options.en}
            value={option.label.en ?? ''}
            onChange={(event) => relabel(option, 'en', event.currentTarget.value)}
          />
          <TextInput
            className={css.label}
            size="xs"
            aria-label={t.fields.options.zh}
            placeholder={t.fields.options.zh}
            value={option.label['zh-CN'] ?? ''}
            onChange={(event) => relabel(option, 'zh-CN', event.currentTarget.value)}
          />
          {isStage && (
            <Select
              className={css.kind}
              size="xs"
              aria-label={t.fields.options.kind}
              allowDeselect={false}
              data={(['open', 'won', 'lost'] as const).map((kind) => ({
                value: kind,
                label: t.fields.options[kind],
              }))}
              value={option.kind ?? 'open'}
              onChange={(kind) => change(option.id, { kind: kind as Option['kind'] })}
            />
          )}
          <Group gap={0} wrap="nowrap">
            <ActionIcon
              size="sm"
              aria-label={t.fields.options.up}
              disabled={at === 0}
              onClick={() => move(at, -1)}
            >
              <IconArrowUp size={14} stroke={1.5} />
            </ActionIcon>
            <ActionIcon
              size="sm"
              aria-label={t.fields.options.down}
              disabled={at === options.length - 1}
              onClick={() => move(at, 1)}
            >
              <IconArrowDown size={14} stroke={1.5} />
            </ActionIcon>
            {isNew(option) ? (
              <ActionIcon
                size="sm"
                aria-label={t.common.remove}
                onClick={() => give(options.filter((one) => one.id !== option.id))}
              >
                <IconX size={14} stroke={1.5} />
              </ActionIcon>
            ) : (
              <Tooltip
                label={option.archived ? t.fields.options.restore : t.fields.options.archive}
              >
                <ActionIcon
                  size="sm"
                  aria-label={option.archived ? t.fields.options.restore : t.fields.options.archive}
                  onClick={() => change(option.id, { archived: !option.archived })}
                >
                  {option.archived ? (
                    <IconArchiveOff size={14} stroke={1.5} />
                  ) : (
                    <IconArchive size={14} stroke={1.5} />
                  )}
                </ActionIcon>
              </Tooltip>
            )}
          </Group>
        </div>
      ))}
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPlus size={14} stroke={1.5} />}
        onClick={add}
      >
        {t.fields.options.add}
      </Button>
    </div>
  );
}
