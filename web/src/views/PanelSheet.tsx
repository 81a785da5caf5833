/** A panel on a phone: a sheet from the bottom. */
import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import { t } from '../i18n';

interface PanelSheetProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
}

export default function PanelSheet({ title, isOpen, onClose, children }: PanelSheetProps) {
  return (
    <Drawer
      opened={isOpen}
      onClose={onClose}
      position="bottom"
      size="85%"
      radius="lg"
      title={title}
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      {children}
    </Drawer>
  );
}
