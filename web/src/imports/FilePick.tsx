/** Picks a file by dialog or drop, and reads it as text. */
import { IconFileTypeCsv } from '@tabler/icons-react';
import { type DragEvent, useState } from 'react';
import { t } from '../i18n';
import { readCsv } from '../lib/csv';
import { toast } from '../ui/toast';
import css from './ImportPage.module.css';

export interface PickedFile {
  name: string;
  content: string;
  header: string[];
  /** The first rows, for examples. */
  rows: string[][];
  total: number;
}

const SIZE_MAX = 60 * 1024 * 1024;
const EXAMPLES = 50;

async function readFile(file: File): Promise<PickedFile> {
  if (file.size > SIZE_MAX) throw t.pages.importing.tooLarge;
  const bytes = await file.arrayBuffer();
  let content: string;
  try {
    content = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Chinese spreadsheets still save in GB 18030.
    content = new TextDecoder('gb18030').decode(bytes);
    if (content.includes('\ufffd')) throw t.pages.importing.notText;
  }
  if (content.includes('\u0000')) throw t.pages.importing.notText;
  const all = readCsv(content);
  const [header = [], ...rows] = all;
  if (rows.length === 0) throw t.pages.importing.empty;
  return {
    name: file.name,
    content,
    header: header.map((name) => name.trim()).filter(Boolean),
    rows: rows.slice(0, EXAMPLES),
    total: rows.length,
  };
}

export function FilePick({ onPick }: { onPick: (file: PickedFile) => void }) {
  const [isOver, setOver] = useState(false);
  const take = (file: File | undefined) => {
    if (!file) return;
    readFile(file)
      .then(onPick)
      .catch((problem: unknown) =>
        toast.error(typeof problem === 'string' ? problem : t.pages.importing.notText),
      );
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  return (
    // Dropping has the dialog of the input inside as its keyboard twin.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <label
      className={css.drop}
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <IconFileTypeCsv size={36} stroke={1.25} aria-hidden />
      <span className={css.dropTitle}>{t.pages.importing.drop}</span>
      <span className={css.quiet}>{t.pages.importing.dropHelp}</span>
      <input
        className="visually-hidden"
        type="file"
        accept=".csv,.tsv,.txt,text/csv,text/plain"
        aria-label={t.pages.importing.pick}
        onChange={(event) => take(event.currentTarget.files?.[0])}
      />
    </label>
  );
}
