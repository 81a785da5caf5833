/** What kind of field to add. */
import { Modal, UnstyledButton } from '@mantine/core';
import type { Field } from '../../api/types';
import { allKinds } from '../../fields';
import { t } from '../../i18n';
import css from './FieldSheet.module.css';
import { newFieldId } from './entity_draft';

const ORDER = [
  'text',
  'long_text',
  'integer',
  'decimal',
  'currency',
  'checkbox',
  'date',
  'date_time',
  'select',
  'stage',
  'link',
  'user',
  'email',
  'phone',
  'url',
];
const place = (type: string) => (ORDER.indexOf(type) + ORDER.length + 1) % (ORDER.length + 1);

export function TypePicker(props: { onPick: (field: Field) => void; onClose: () => void }) {
  const kinds = allKinds()
    .filter((kind) => kind.settings !== undefined)
    .toSorted((a, b) => place(a.type) - place(b.type));
  return (
    <Modal
      opened
      title={t.build.field.pick}
      closeButtonProps={{ 'aria-label': t.common.close }}
      onClose={props.onClose}
    >
      <div className={css.types}>
        {kinds.map((kind) => (
          <UnstyledButton
            key={kind.type}
            className={css.kind}
            onClick={() =>
              props.onPick({
                id: newFieldId(),
                name: '',
                type: kind.type,
                label: {},
                ...(kind.defaults ? { settings: kind.defaults() } : {}),
              })
            }
          >
            <kind.icon size={18} stroke={1.5} aria-hidden />
            {kind.label()}
          </UnstyledButton>
        ))}
      </div>
    </Modal>
  );
}
