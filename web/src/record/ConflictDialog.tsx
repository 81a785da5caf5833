/** Somebody saved the same field meanwhile: both values, and a choice for each. */
import { Button, Group, Modal, Radio } from '@mantine/core';
import { useState } from 'react';
import type { Conflict } from '../api/error';
import type { Field } from '../api/types';
import { kindOf } from '../fields';
import { label, t } from '../i18n';
import { type Json, isEmpty } from '../lib/json';
import type { Entity } from '../meta/catalogue';
import css from './ConflictDialog.module.css';
import type { Choice } from './draft';

interface ConflictDialogProps {
  entity: Entity;
  conflict: Conflict;
  onResolve: (choices: Record<string, Choice>) => void;
  onClose: () => void;
}

function Value({ field, value }: { field: Field | undefined; value: Json | undefined }) {
  if (!field || isEmpty(value)) return <span className={css.empty}>{t.record.empty}</span>;
  const { Cell } = kindOf(field);
  return <Cell value={value!} field={field} place="page" />;
}

export function ConflictDialog({ entity, conflict, onResolve, onClose }: ConflictDialogProps) {
  const names = Object.keys(conflict.yours).filter((name) => name in conflict.theirs);
  const [choices, setChoices] = useState<Record<string, Choice>>(() =>
    Object.fromEntries(names.map((name) => [name, 'mine'])),
  );
  return (
    <Modal
      opened
      size="lg"
      title={t.record.conflict.title}
      closeButtonProps={{ 'aria-label': t.common.close }}
      onClose={onClose}
    >
      <p className={css.text}>{t.record.conflict.text}</p>
      {names.map((name) => {
        const field = entity.byName.get(name);
        return (
          <Radio.Group
            key={name}
            className={css.field}
            label={label(field?.label, name)}
            value={choices[name]}
            onChange={(value) => setChoices({ ...choices, [name]: value as Choice })}
          >
            <div className={css.pair}>
              {(['mine', 'theirs'] as const).map((side) => (
                <Radio.Card key={side} value={side} className={css.card}>
                  <Group gap="xs" wrap="nowrap" align="flex-start">
                    <Radio.Indicator size="xs" mt={3} />
                    <div>
                      <div className={css.side}>{t.record.conflict[side]}</div>
                      <Value
                        field={field}
                        value={side === 'mine' ? conflict.yours[name] : conflict.theirs[name]}
                      />
                    </div>
                  </Group>
                </Radio.Card>
              ))}
            </div>
            <div className={css.base}>
              {t.record.conflict.before} <Value field={field} value={conflict.base[name]} />
            </div>
          </Radio.Group>
        );
      })}
      <Group justify="flex-end" gap="sm" mt="lg">
        <Button variant="default" size="sm" onClick={onClose}>
          {t.record.conflict.later}
        </Button>
        <Button size="sm" onClick={() => onResolve(choices)}>
          {t.common.save}
        </Button>
      </Group>
    </Modal>
  );
}
