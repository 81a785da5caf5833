/** What changes how a view looks: filter, sort, columns. On a phone all of it in one sheet. */
import { useMediaQuery } from '@mantine/hooks';
import {
  IconAdjustmentsHorizontal,
  IconArrowsSort,
  IconColumns3,
  IconFilter,
} from '@tabler/icons-react';
import { Suspense, lazy, useState } from 'react';
import { t } from '../i18n';
import { PHONE } from '../ui/screen';
import { Panel } from './Panel';
import { ToolButton } from './ToolButton';
import { More, SearchLater, Unsaved } from './ToolbarParts';
import type { ViewProps } from './define_view';
import { countConditions } from './filter/tree';
import type { ViewStateHook } from './use_view_state';
import { viewKindOf } from './view_kinds';
import css from './views.module.css';

/** Loaded when they are first opened. */
const ColumnsPanel = lazy(() => import('./ColumnsPanel'));
const SortPanel = lazy(() => import('./SortPanel'));
const FilterBuilder = lazy(() => import('./filter/FilterBuilder'));

export interface ToolbarProps extends ViewProps {
  hook: ViewStateHook;
  isFilterOpen: boolean;
  onFilterOpen: (isOpen: boolean) => void;
}

export function Toolbar(props: ToolbarProps) {
  const isPhone = useMediaQuery(PHONE) ?? false;
  return (
    <div className={css.tools} role="toolbar" aria-label={t.views.toolbar.label}>
      {isPhone ? <PhoneTools {...props} /> : <DeskTools {...props} />}
      <More {...props} />
    </div>
  );
}

/** What is set, in words; undefined where nothing is. */
function settings({ state }: ToolbarProps) {
  const { toolbar } = t.views;
  const conditions = countConditions(state.filter);
  return {
    filter: conditions > 0 ? toolbar.filters(conditions) : undefined,
    sort: state.sort.length > 0 ? toolbar.sorts(state.sort.length) : undefined,
  };
}

function FilterTool({ entity, state, onChange }: ToolbarProps) {
  return (
    <FilterBuilder
      entity={entity}
      value={state.filter}
      onChange={(filter) => onChange({ filter: filter ?? null })}
    />
  );
}

function SortTool({ entity, state, onChange }: ToolbarProps) {
  return <SortPanel entity={entity} sort={state.sort} onChange={(sort) => onChange({ sort })} />;
}

function ColumnsTool({ entity, state, onChange }: ToolbarProps) {
  return (
    <ColumnsPanel
      entity={entity}
      columns={state.columns}
      onChange={(columns) => onChange({ columns })}
    />
  );
}

function DeskTools(props: ToolbarProps) {
  const { view, isFilterOpen, onFilterOpen } = props;
  const { toolbar } = t.views;
  const [open, setOpen] = useState<'sort' | 'columns' | null>(null);
  const kind = viewKindOf(view.type);
  const { Tools } = kind;
  const set = settings(props);
  const close = () => setOpen(null);
  const toggle = (tool: 'sort' | 'columns') => setOpen(open === tool ? null : tool);
  return (
    <>
      <Unsaved {...props} />
      <SearchLater />
      <Panel
        title={toolbar.filter}
        width={640}
        isOpen={isFilterOpen}
        onClose={() => onFilterOpen(false)}
        target={
          <ToolButton
            icon={IconFilter}
            label={toolbar.filter}
            state={set.filter}
            isOpen={isFilterOpen}
            onClick={() => onFilterOpen(!isFilterOpen)}
          />
        }
      >
        <FilterTool {...props} />
      </Panel>
      <Panel
        title={toolbar.sort}
        width={400}
        isOpen={open === 'sort'}
        onClose={close}
        target={
          <ToolButton
            icon={IconArrowsSort}
            label={toolbar.sort}
            state={set.sort}
            isOpen={open === 'sort'}
            onClick={() => toggle('sort')}
          />
        }
      >
        <SortTool {...props} />
      </Panel>
      {kind.hasColumns && (
        <Panel
          title={toolbar.columns}
          width={300}
          isOpen={open === 'columns'}
          onClose={close}
          target={
            <ToolButton
              icon={IconColumns3}
              label={toolbar.columns}
              isOpen={open === 'columns'}
              onClick={() => toggle('columns')}
            />
          }
        >
          <ColumnsTool {...props} />
        </Panel>
      )}
      {Tools && (
        <Suspense fallback={null}>
          <Tools {...props} />
        </Suspense>
      )}
    </>
  );
}

function PhoneTools(props: ToolbarProps) {
  const { view, isFilterOpen, onFilterOpen } = props;
  const { toolbar } = t.views;
  const { Tools, hasColumns } = viewKindOf(view.type);
  const set = settings(props);
  const state = [set.filter, set.sort].filter(Boolean).join(', ');
  return (
    <>
      <Panel
        title={toolbar.tools}
        isOpen={isFilterOpen}
        onClose={() => onFilterOpen(false)}
        target={
          <ToolButton
            icon={IconAdjustmentsHorizontal}
            label={toolbar.tools}
            state={state || undefined}
            isOpen={isFilterOpen}
            onClick={() => onFilterOpen(!isFilterOpen)}
          />
        }
      >
        <div className={css.sheet}>
          <Unsaved {...props} />
          <section>
            <h2 className={css.panelHead}>{toolbar.filter}</h2>
            <FilterTool {...props} />
          </section>
          <section>
            <h2 className={css.panelHead}>{toolbar.sort}</h2>
            <SortTool {...props} />
          </section>
          {hasColumns && (
            <section>
              <h2 className={css.panelHead}>{toolbar.columns}</h2>
              <ColumnsTool {...props} />
            </section>
          )}
        </div>
      </Panel>
      {Tools && (
        <Suspense fallback={null}>
          <Tools {...props} />
        </Suspense>
      )}
    </>
  );
}
