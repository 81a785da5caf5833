/** A person of the workspace. */
import { Avatar } from '@mantine/core';
import { IconUser } from '@tabler/icons-react';
import { t } from '../i18n';
import { type Json, isObject } from '../lib/json';
import { EQUALITY, defineField } from './define_field';
import { RecordPicker } from './parts/pickers';
import { useLinkTarget } from './parts/use_title';
import css from './parts/parts.module.css';

function Person({ name }: { name: string }) {
  return (
    <span className={css.person}>
      <Avatar size={20} radius="xl" name={name} color="initials" aria-hidden />
      <span className={css.personName}>{name}</span>
    </span>
  );
}

function UserCell({ value }: { value: Json }) {
  const target = useLinkTarget('user', value);
  if (!target || target.title === undefined) return null;
  return target.title === null ? (
    <span className={css.quiet}>{t.fields.pick.noAccess}</span>
  ) : (
    <Person name={target.title || t.common.untitled} />
  );
}

export default defineField<Json>({
  type: 'user',
  icon: IconUser,
  label: () => t.fields.types.user,
  width: 160,
  Cell: UserCell,
  Input: (props) => (
    <RecordPicker {...props} entity="user" renderTitle={(name) => <Person name={name} />} />
  ),
  toText: (value) => {
    if (isObject(value)) return String(value['title'] ?? value['name'] ?? value['id'] ?? '');
    return value == null ? '' : String(value);
  },
  fromText: () => ({ ok: false, message: t.fields.problems.link_text }),
  operators: EQUALITY,
  settings: () => [],
});
