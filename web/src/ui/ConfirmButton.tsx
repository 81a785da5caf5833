/** A button for what undo cannot cover: it asks once, right where it stands. */
import { Button, type ButtonProps, Popover, Text } from '@mantine/core';
import { useState } from 'react';
import { t } from '../i18n';

interface ConfirmButtonProps extends Omit<ButtonProps, 'children'> {
  label: string;
  question: string;
  onConfirm: () => void;
}

export function ConfirmButton({ label, question, onConfirm, ...button }: ConfirmButtonProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="subtle"
          color="red"
          size="compact-sm"
          {...button}
          aria-haspopup="dialog"
          onClick={() => setOpen(true)}
        >
          {label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown maw={280}>
        <Text size="sm" mb="sm">
          {question}
        </Text>
        <Button.Group>
          <Button
            color="red"
            onClick={() => {
              setOpen(false);
              onConfirm();
            }}
          >
            {label}
          </Button>
          <Button variant="default" onClick={() => setOpen(false)}>
            {t.common.cancel}
          </Button>
        </Button.Group>
      </Popover.Dropdown>
    </Popover>
  );
}
