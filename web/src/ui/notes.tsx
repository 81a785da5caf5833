/** Notes at the edge of the screen, loaded with the first one; the only user of @mantine/notifications. */
import '@mantine/notifications/styles.layer.css';
import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { t } from '../i18n';
import { errorText } from './States';

const SHOWN_MS = 4_000;
/** Long enough to read, move and press *Undo*. */
const UNDO_MS = 8_000;

export { Notifications } from '@mantine/notifications';

export const notes = {
  done(message: string, undo?: () => void): void {
    const id = crypto.randomUUID();
    const act = () => {
      notifications.hide(id);
      undo?.();
    };
    notifications.show({
      id,
      autoClose: undo ? UNDO_MS : SHOWN_MS,
      withBorder: true,
      closeButtonProps: { 'aria-label': t.common.close },
      message: undo ? (
        <span style={{ display: 'flex', alignItems: 'center', gap: 12 }}>
          <span style={{ flex: 1 }}>{message}</span>
          <Button size="compact-xs" variant="light" onClick={act}>
            {t.common.undo}
          </Button>
        </span>
      ) : (
        message
      ),
    });
  },
  error(error: unknown): void {
    notifications.show({
      color: 'red',
      autoClose: 8_000,
      withBorder: true,
      closeButtonProps: { 'aria-label': t.common.close },
      message: typeof error === 'string' ? error : errorText(error),
    });
  },
};
