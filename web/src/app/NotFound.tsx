/** An address that leads nowhere. */
import { Button } from '@mantine/core';
import { IconMapQuestion } from '@tabler/icons-react';
import { Link } from 'react-router';
import { t } from '../i18n';
import { EmptyState } from '../ui/States';

export function Component() {
  return (
    <EmptyState
      icon={<IconMapQuestion size={32} stroke={1.25} aria-hidden />}
      title={t.common.errors.notFound}
      actions={
        <Button variant="default" component={Link} to="/">
          {t.pages.nav.home}
        </Button>
      }
    />
  );
}
