/** What a paste could not take, in a table that can be copied and corrected. */
import { Button, Modal, Table } from '@mantine/core';
import { count, t } from '../../i18n';
import { toast } from '../../ui/toast';
import { formatCells } from './clipboard';
import type { PasteProblem } from './paste';

/** More lines would not be read. */
const SHOWN_MAX = 100;

interface PasteProblemsProps {
  problems: PasteProblem[];
  onClose: () => void;
}

export default function PasteProblems({ problems, onClose }: PasteProblemsProps) {
  const { paste } = t.views;
  const cells = problems.map(({ row, column, text, message }) => [
    String(row),
    column,
    text,
    message,
  ]);
  const copy = () => {
    navigator.clipboard
      ?.writeText(formatCells(cells))
      .then(() => toast.done(t.common.copied), toast.error);
  };
  return (
    <Modal
      opened
      size="lg"
      title={paste.problemsTitle(problems.length, count(problems.length))}
      closeButtonProps={{ 'aria-label': t.common.close }}
      onClose={onClose}
    >
      <p style={{ marginTop: 0 }}>{paste.problemsText}</p>
      <Table.ScrollContainer minWidth={480} mah={360}>
        <Table stickyHeader fz={13}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t.views.grid.rowNumber}</Table.Th>
              <Table.Th>{paste.column}</Table.Th>
              <Table.Th>{paste.text}</Table.Th>
              <Table.Th>{paste.reason}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {cells.slice(0, SHOWN_MAX).map(([row, column, text, message], at) => (
              // oxlint-disable-next-line react/no-array-index-key
              <Table.Tr key={at}>
                <Table.Td>{row}</Table.Td>
                <Table.Td>{column}</Table.Td>
                <Table.Td>{text}</Table.Td>
                <Table.Td>{message}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <div style={{ display: 'flex', justifyContent: 'flex-end', gap: 8, marginTop: 16 }}>
        <Button variant="default" onClick={copy}>
          {t.common.copy}
        </Button>
        <Button onClick={onClose}>{t.common.close}</Button>
      </div>
    </Modal>
  );
}
