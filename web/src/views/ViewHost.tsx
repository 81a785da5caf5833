/** A page of records: the views of an entity as tabs, their tools, and the view itself. */
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Suspense, useCallback, useMemo, useState, type KeyboardEvent } from 'react';
import { useLocation, useNavigate, useParams } from 'react-router';
import type { ViewDocument } from '../api/types';
import { t } from '../i18n';
import type { Json, JsonObject } from '../lib/json';
import { isTyping, matchesKeys } from '../lib/keys';
import { paths } from '../lib/paths';
import { peekTo, readPeek } from '../lib/peek';
import { useCan } from '../meta/can';
import { shortName, type Entity } from '../meta/catalogue';
import { entityLabel, label } from '../meta/label';
import { useMeta, useWs } from '../meta/use_meta';
import { useEntity } from '../meta/use_entity';
import { findView } from '../meta/use_view';
import { ApiError } from '../api/client';
import { publishNeighbours } from '../record/neighbours';
import { EntityIcon } from '../ui/EntityIcon';
import { PageHeader } from '../ui/PageHeader';
import { EmptyState, ErrorState } from '../ui/States';
import { useSheets } from '../ui/sheets';
import { Toolbar } from './Toolbar';
import { ViewTabs } from './ViewTabs';
import type { Session } from './data/session';
import type { ViewProps } from './define_view';
import { newRule, valueRule } from './filter/fields';
import { fromFilter, insert, isComplete, toFilter } from './filter/tree';
import { takeBack } from './grid/bulk';
import { useSession } from './use_session';
import { useViewState } from './use_view_state';
import { viewKindOf } from './view_kinds';
import { madeUpView } from './view_state';
import css from './views.module.css';

export function Component() {
  const { entity: name, view } = useParams();
  const entity = useEntity(name);
  const can = useCan();
  if (!entity || !can('read', entity.name)) return <ErrorState error={new ApiError(404, {})} />;
  return <EntityPage key={entity.name} entity={entity} view={view} />;
}

function EntityPage({ entity, view: short }: { entity: Entity; view: string | undefined }) {
  const ws = useWs();
  const can = useCan();
  const session = useSession(ws, entity);
  const openCreate = useSheets((sheets) => sheets.openCreate);
  const made = useMemo(() => madeUpView(entity), [entity]);
  const views = entity.views.length > 0 ? entity.views : [made];
  const isMade = entity.views.length === 0 && (short === undefined || short === 'all');
  const view = findView(entity, short) ?? (isMade ? made : undefined);
  const app = useMeta().apps.find((known) => known.name === entity.document.app);

  const create = useCallback(
    (presets?: JsonObject) => {
      openCreate({
        entity: entity.name,
        ...(presets ? { presets } : {}),
        onCreated: () => session.refreshNow(),
      });
    },
    [openCreate, entity.name, session],
  );
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || isTyping(event.target)) return;
    if (!matchesKeys('mod+Z', event) && !matchesKeys('mod+shift+Z', event)) return;
    event.preventDefault();
    void takeBack(session, event.shiftKey ? 'redo' : 'undo');
  };
  const tabs = <ViewTabs ws={ws} entity={entity} views={views} current={view} can={can} />;
  return (
    // Undo works wherever the focus is on this page.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className={css.host} onKeyDown={onKeyDown}>
      <PageHeader
        icon={<EntityIcon name={entity.document.icon} size={18} />}
        crumbs={app ? [{ label: label(app.label, app.name) }] : []}
        title={entityLabel(entity)}
        actions={
          can('create', entity.name) && (
            <Button leftSection={<IconPlus size={16} stroke={1.75} />} onClick={() => create()}>
              {t.views.toolbar.new}
            </Button>
          )
        }
      />
      {view ? (
        <ViewPage
          key={view.name}
          entity={entity}
          view={view}
          session={session}
          tabs={tabs}
          create={create}
        />
      ) : (
        <>
          <div className={css.strip}>{tabs}</div>
          <EmptyState title={t.views.empty.deleted}>{t.views.empty.deletedText}</EmptyState>
        </>
      )}
    </div>
  );
}

interface ViewPageProps {
  entity: Entity;
  view: ViewDocument;
  session: Session;
  tabs: React.ReactNode;
  create: (presets?: JsonObject) => void;
}

function ViewPage({ entity, view, session, tabs, create }: ViewPageProps) {
  const ws = useWs();
  const can = useCan();
  const navigate = useNavigate();
  const location = useLocation();
  const hook = useViewState(entity, view);
  const { state, personal, change } = hook;
  const [isFilterOpen, setFilterOpen] = useState(false);
  const peek = readPeek(location.search);
  const { Body } = viewKindOf(view.type);

  const filterBy = (name: string, value?: Json) => {
    const field = entity.byName.get(name);
    if (!field) return;
    const rule = value === undefined ? newRule(field, name) : valueRule(name, value);
    if (isComplete(rule))
      change({ filter: toFilter(insert(fromFilter(state.filter), [], rule)) ?? null });
    if (value === undefined) setFilterOpen(true);
  };
  const props: ViewProps = {
    ws,
    entity,
    view,
    can,
    session,
    state,
    personal,
    onChange: change,
    onFilter: filterBy,
    peekId: peek?.entity === entity.name ? peek.id : null,
    onPeek: (id) => {
      if (id !== null) publishNeighbours(entity.name, shortName(view.name), session.idsAround(id));
      void navigate(peekTo(location, id === null ? undefined : entity.name, id ?? undefined), {
        replace: peek !== null,
      });
    },
    onOpen: (id) => {
      publishNeighbours(entity.name, shortName(view.name), session.idsAround(id));
      void navigate(paths.record(ws, entity.name, id, shortName(view.name)));
    },
    onCreate: create,
  };
  return (
    <>
      <div className={css.strip}>
        {tabs}
        <Toolbar {...props} hook={hook} isFilterOpen={isFilterOpen} onFilterOpen={setFilterOpen} />
      </div>
      <div className={css.body}>
        <Suspense fallback={<div className={css.progress} />}>
          <Body {...props} />
        </Suspense>
      </div>
    </>
  );
}
