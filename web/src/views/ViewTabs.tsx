/** The views of an entity; builders add, rename, copy and delete them here. */
import { ActionIcon, Button, Menu, SegmentedControl, TextInput } from '@mantine/core';
import { IconChevronDown, IconCopy, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { Link, useNavigate } from 'react-router';
import type { ViewDocument } from '../api/types';
import { t } from '../i18n';
import { paths } from '../lib/paths';
import type { Can } from '../meta/can';
import { shortName, type Entity } from '../meta/catalogue';
import { label } from '../meta/label';
import { Panel } from './Panel';
import { useViewDocuments } from './use_view_documents';
import { allViewKinds, viewKindOf } from './view_kinds';
import css from './views.module.css';

interface ViewTabsProps {
  ws: string;
  entity: Entity;
  views: ViewDocument[];
  current: ViewDocument | undefined;
  can: Can;
}

export const viewTitle = (view: ViewDocument) => label(view.label, shortName(view.name));

export function ViewTabs({ ws, entity, views, current, can }: ViewTabsProps) {
  const canBuild = can.do('build');
  return (
    <nav className={css.tabs} aria-label={t.views.tabs.label}>
      {views.map((view) => {
        const { icon: Icon } = viewKindOf(view.type);
        const isCurrent = view === current;
        return (
          <span key={view.name} className={css.tab}>
            <Link
              className={css.tabLink}
              to={paths.list(ws, entity.name, shortName(view.name))}
              aria-current={isCurrent ? 'page' : undefined}
            >
              <Icon size={16} stroke={1.5} aria-hidden />
              {viewTitle(view)}
            </Link>
            {isCurrent && canBuild && entity.views.includes(view) && (
              <ViewMenu ws={ws} entity={entity} view={view} />
            )}
          </span>
        );
      })}
      {canBuild && <NewView ws={ws} entity={entity} />}
    </nav>
  );
}

interface ViewMenuProps {
  ws: string;
  entity: Entity;
  view: ViewDocument;
}

function ViewMenu({ ws, entity, view }: ViewMenuProps) {
  const texts = t.views.tabs;
  const title = viewTitle(view);
  const navigate = useNavigate();
  const viewDocuments = useViewDocuments(entity);
  const [name, setName] = useState<string | null>(null);
  const icon = { size: 16, stroke: 1.5 };

  const duplicate = async () => {
    const copy = { title: texts.copyOf(title), type: view.type, settings: view.settings ?? {} };
    const short = await viewDocuments.create({ ...copy, like: view });
    if (short) void navigate(paths.list(ws, entity.name, short));
  };
  const remove = async () => {
    if (await viewDocuments.remove(view, title)) void navigate(paths.list(ws, entity.name));
  };
  const rename = async (event: FormEvent) => {
    event.preventDefault();
    const next = name?.trim();
    if (next && next !== title) await viewDocuments.rename(view, next);
    setName(null);
  };
  return (
    <Panel
      hasForm
      title={texts.rename}
      isOpen={name !== null}
      onClose={() => setName(null)}
      target={
        <Menu position="bottom-start" withinPortal>
          <Menu.Target>
            <ActionIcon size="xs" aria-label={texts.menu(title)}>
              <IconChevronDown size={14} stroke={1.5} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconPencil {...icon} />} onClick={() => setName(title)}>
              {texts.rename}
            </Menu.Item>
            <Menu.Item leftSection={<IconCopy {...icon} />} onClick={() => void duplicate()}>
              {texts.duplicate}
            </Menu.Item>
            <Menu.Item
              color="red"
              leftSection={<IconTrash {...icon} />}
              disabled={entity.views.length < 2}
              onClick={() => void remove()}
            >
              {texts.remove}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      }
    >
      <form onSubmit={(event) => void rename(event)}>
        <TextInput
          data-autofocus
          label={texts.name}
          value={name ?? ''}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" mt="sm" fullWidth>
          {texts.rename}
        </Button>
      </form>
    </Panel>
  );
}

function NewView({ ws, entity }: { ws: string; entity: Entity }) {
  const texts = t.views.tabs;
  const navigate = useNavigate();
  const viewDocuments = useViewDocuments(entity);
  const kinds = allViewKinds().filter((kind) => kind.begin(entity) !== null);
  const [isOpen, setOpen] = useState(false);
  const [title, setTitle] = useState('');
  const [type, setType] = useState('grid');

  const create = async (event: FormEvent) => {
    event.preventDefault();
    const settings = viewKindOf(type).begin(entity) ?? {};
    const short = await viewDocuments.create({ title: title.trim(), type, settings });
    if (!short) return;
    setOpen(false);
    setTitle('');
    void navigate(paths.list(ws, entity.name, short));
  };
  return (
    <Panel
      hasForm
      title={texts.add}
      isOpen={isOpen}
      onClose={() => setOpen(false)}
      target={
        <ActionIcon
          size="md"
          aria-label={texts.add}
          title={texts.add}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          <IconPlus size={16} stroke={1.5} />
        </ActionIcon>
      }
    >
      <form onSubmit={(event) => void create(event)}>
        <TextInput
          data-autofocus
          label={texts.name}
          value={title}
          maxLength={80}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <SegmentedControl
          fullWidth
          mt="sm"
          value={type}
          data={kinds.map((kind) => ({ value: kind.type, label: kind.label() }))}
          onChange={setType}
        />
        <Button type="submit" mt="sm" fullWidth disabled={title.trim() === ''}>
          {texts.create}
        </Button>
      </form>
    </Panel>
  );
}
