/** A view without records: why, and the two things to do about it. */
import { Button } from '@mantine/core';
import { IconFileImport, IconFilterOff, IconPlus } from '@tabler/icons-react';
import { Link } from 'react-router';
import { t } from '../i18n';
import { paths } from '../lib/paths';
import { entityLabel } from '../meta/label';
import { EntityIcon } from '../ui/EntityIcon';
import { EmptyState } from '../ui/States';
import type { ViewProps } from './define_view';

export function EmptyView({ ws, entity, can, state, onChange, onCreate }: ViewProps) {
  const { empty } = t.views;
  if (state.filter) {
    return (
      <EmptyState
        icon={<IconFilterOff size={32} stroke={1.25} aria-hidden />}
        title={empty.filtered}
        actions={
          <Button variant="default" onClick={() => onChange({ filter: null })}>
            {empty.clear}
          </Button>
        }
      >
        {empty.filteredText}
      </EmptyState>
    );
  }
  const one = entityLabel(entity, 'one');
  const canCreate = can('create', entity.name);
  return (
    <EmptyState
      icon={<EntityIcon name={entity.document.icon} size={32} />}
      title={empty.none(entityLabel(entity))}
      actions={
        canCreate && (
          <>
            <Button leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => onCreate()}>
              {empty.create(one)}
            </Button>
            {can.do('import') && (
              <Button
                variant="default"
                component={Link}
                to={paths.import(ws, entity.name)}
                leftSection={<IconFileImport size={16} stroke={1.5} />}
              >
                {empty.importFile}
              </Button>
            )}
          </>
        )
      }
    >
      {canCreate ? empty.noneText : empty.noneReadOnly}
    </EmptyState>
  );
}
