/** Yes or no; an empty value counts as no. */
import { Checkbox } from '@mantine/core';
import { IconCheck, IconSquareCheck } from '@tabler/icons-react';
import { t } from '../i18n';
import { defineField } from './define_field';
import css from './parts/parts.module.css';

const YES = ['true', 'yes', 'y', '1', 'x', '✓', '是', '对', '真', '有'];
const NO = ['false', 'no', 'n', '0', '否', '错', '假', '无'];

export default defineField<boolean>({
  type: 'checkbox',
  icon: IconSquareCheck,
  label: () => t.fields.types.checkbox,
  align: 'center',
  isInline: true,
  width: 90,
  Cell: ({ value, place }) => {
    if (place === 'page') return <>{value ? t.common.yes : t.common.no}</>;
    if (!value) return null;
    return (
      <span className={css.truth} role="img" aria-label={t.common.yes}>
        <IconCheck size={16} stroke={2} aria-hidden />
      </span>
    );
  },
  Input: (props) => (
    <Checkbox
      id={props.id}
      checked={props.value === true}
      disabled={props.disabled}
      autoFocus={props.autoFocus}
      aria-label={props['aria-label']}
      aria-describedby={props['aria-describedby']}
      error={props.invalid}
      size="sm"
      py={props.place === 'form' ? 8 : 0}
      onChange={(event) => {
        props.onChange(event.currentTarget.checked);
        props.onCommit?.();
      }}
    />
  ),
  flip: (value) => value !== true,
  toText: (value) => (value == null ? '' : value ? t.common.yes : t.common.no),
  fromText: (text) => {
    const word = text.normalize('NFKC').trim().toLowerCase();
    if (YES.includes(word)) return { ok: true, value: true };
    if (NO.includes(word)) return { ok: true, value: false };
    return { ok: false, message: t.fields.problems.not_a_yes };
  },
  operators: ['eq', 'empty', 'not_empty'],
  isSortable: true,
  settings: () => [],
});
