/** Copy, cut and paste of cells, as the browser asks for them. */
import type { ClipboardEvent } from 'react';
import type { RecordRow } from '../../api/types';
import { count, t } from '../../i18n';
import type { Catalogue } from '../../meta/catalogue';
import { toast } from '../../ui/toast';
import type { Rows } from '../data/rows';
import type { Session } from '../data/session';
import { findTitles, type TitleIndex } from '../data/titles';
import { clearCells, isTooMany } from './bulk';
import { columnsCutOff, parseCells, pasteCells, type Rectangle } from './clipboard';
import type { GridColumn } from './model';
import { clipboardOf, ownValue, readOwn } from './own_cells';
import { planPaste, titlesToFind, type PastePlan, type PasteProblem } from './paste';
import { rectangle } from './select';
import type { GridModel } from './grid_model';

/** Rows of one copy: as many as are kept in memory. */
const COPY_ROWS_MAX = 4_000;

export interface ClipboardOptions {
  ws: string;
  catalogue: Catalogue;
  grid: GridModel;
  session: Session;
  rows: Rows;
  columns: GridColumn[];
  canCreate: boolean;
  say: (message: string) => void;
  /** Shows what could not be taken. */
  onProblems: (problems: PasteProblem[]) => void;
}

export function gridClipboard(options: ClipboardOptions) {
  const { grid, rows, columns, session } = options;

  const copy = (event: ClipboardEvent): Rectangle | null => {
    const { selection, editing } = grid.state;
    if (editing || isElsewhere(event)) return null;
    const range = rectangle(selection);
    const height = range.bottom - range.top + 1;
    event.preventDefault();
    if (isTooMany(height, COPY_ROWS_MAX)) return null;
    const copied = columns.slice(range.left, range.right + 1);
    const loaded: RecordRow[] = [];
    for (let row = range.top; row <= range.bottom; row++) {
      const record = rows.at(row);
      if (record) loaded.push(record);
    }
    options.say(t.views.grid.copied(height, count(height)));
    if (loaded.length < height) {
      void copyLater(options, range, copied);
      return range;
    }
    const { text, html } = clipboardOf(loaded, copied);
    event.clipboardData.setData('text/plain', text);
    event.clipboardData.setData('text/html', html);
    return range;
  };

  return {
    onCopy: (event: ClipboardEvent) => void copy(event),
    onCut: (event: ClipboardEvent) => {
      const range = copy(event);
      if (range) void clearCells(session, rows, columns, range);
    },
    onPaste: (event: ClipboardEvent) => {
      const { editing } = grid.state;
      if (editing || isElsewhere(event)) return;
      event.preventDefault();
      const text = event.clipboardData.getData('text/plain');
      const html = event.clipboardData.getData('text/html');
      paste(options, text, html).catch(toast.error);
    },
  };
}

/** Menus and pickers are drawn outside of the grid, but their events come through it. */
function isElsewhere(event: ClipboardEvent): boolean {
  return !event.currentTarget.contains(event.target as Node);
}

/** Rows that are not loaded yet are fetched first; the browser lets us write for some seconds. */
async function copyLater(options: ClipboardOptions, range: Rectangle, columns: GridColumn[]) {
  try {
    const records = await options.rows.load(range.top, range.bottom + 1);
    const { text, html } = clipboardOf(records, columns);
    const blob = (type: string, data: string) => new Blob([data], { type });
    await navigator.clipboard.write([
      new ClipboardItem({
        'text/plain': blob('text/plain', text),
        'text/html': blob('text/html', html),
      }),
    ]);
  } catch {
    // No permission, or no clipboard outside of HTTPS: the rows are here now, so once more does it.
    toast.error(t.views.grid.copyAgain);
  }
}

async function paste(options: ClipboardOptions, text: string, html: string): Promise<void> {
  const { grid, rows, columns, session } = options;
  const target = rectangle(grid.selection);
  const copied = parseCells(text);
  const cells = pasteCells(copied, target, columns.length);
  const own = ownValue(readOwn(html), target);
  const last = cells.at(-1)?.row ?? target.top;
  if (cells.length === 0 || isTooMany(last - target.top + 1)) return;

  const rowCount = rows.count ?? 0;
  const records = await rows.load(target.top, Math.min(last + 1, rowCount));
  const titles = new Map<string, TitleIndex>();
  for (const [entity, wanted] of titlesToFind(cells, columns, own)) {
    titles.set(entity, await findTitles(options.ws, options.catalogue, entity, wanted));
  }
  const recordAt = (row: number) => records[row - target.top];
  const plan = planPaste({ cells, own, columns, recordAt, titles });

  for (const { id, field, text, message } of plan.rejects) {
    session.edits.reject(id, field, text, message);
  }
  const saving = session.edits.save(plan.changes, 'paste');
  const problems = [...plan.problems, ...(await createRows(options, plan))];
  await saving;
  const cut = columnsCutOff(copied, target, columns.length);
  if (cut > 0) toast.error(t.views.paste.cutOff(cut));
  const refused = plan.rejects.length;
  const bottom = Math.min(last, rowCount - 1);
  const right = cells.at(-1)?.column ?? target.left;
  grid.select({ type: 'at', cell: { row: target.top, column: target.left } });
  if (bottom >= target.top) {
    grid.select({ type: 'at', cell: { row: bottom, column: right }, extend: true });
  }
  options.say(
    refused > 0
      ? t.views.paste.refused(refused, count(refused))
      : t.views.paste.done(cells.length, count(cells.length)),
  );
  if (problems.length > 0) options.onProblems(problems);
}

/** Rows below the last one become records; what the server refuses is told with its text. */
async function createRows(options: ClipboardOptions, plan: PastePlan): Promise<PasteProblem[]> {
  const { creates } = plan;
  const told = (message: (row: number) => string) =>
    creates.map(({ row, texts }) => ({
      row,
      column: '',
      text: texts.join(' · '),
      message: message(row),
    }));
  if (creates.length === 0) return [];
  if (!options.canCreate) return told(() => t.views.paste.mayNotCreate);
  const outcomes = await options.session.createEach(
    creates.map(({ values }) => values),
    'paste',
  );
  return told(() => '').flatMap((problem, i) => {
    const outcome = outcomes[i];
    if (!outcome || outcome.ok) return [];
    const { error } = outcome;
    const reasons = error.problems.map((fault) => fault.message).join(' ');
    return [{ ...problem, message: reasons || error.message }];
  });
}
