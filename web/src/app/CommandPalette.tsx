/** Ctrl K: records by title, pages and commands in one list. The only user of @mantine/spotlight. */
import { Loader } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Spotlight, createSpotlight } from '@mantine/spotlight';
import '@mantine/spotlight/styles.layer.css';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { ActionContext } from '../actions/define_action';
import { t } from '../i18n';
import { Keys } from '../ui/Kbd';
import { paletteGroups } from './palette';
import css from './CommandPalette.module.css';
import { useShell } from './shell_store';
import { useRecordSearch } from './use_record_search';

const [store, spotlight] = createSpotlight();

export default function CommandPalette({ context }: { context: ActionContext }) {
  const setPalette = useShell((state) => state.setPalette);
  const [query, setQuery] = useState('');
  const [wanted] = useDebouncedValue(query.trim(), 180);
  const found = useRecordSearch(context, wanted);
  useEffect(() => spotlight.open(), []);

  const groups = paletteGroups(context, query.trim(), found.records);
  return (
    <Spotlight.Root
      store={store}
      query={query}
      onQueryChange={setQuery}
      onSpotlightClose={() => setPalette(false)}
      shortcut={null}
      scrollable
      maxHeight={420}
      radius="lg"
      size={620}
      yOffset="12vh"
      centered={false}
      overlayProps={{ backgroundOpacity: 0.35, blur: 0 }}
      classNames={{ search: css.search!, actionsGroup: css.group!, action: css.action! }}
    >
      <Spotlight.Search
        placeholder={t.pages.palette.placeholder}
        aria-label={t.pages.palette.placeholder}
        leftSection={<IconSearch size={18} stroke={1.5} />}
        rightSection={found.isLoading ? <Loader size={16} /> : undefined}
      />
      <Spotlight.ActionsList>
        {groups.map((group) => (
          <Spotlight.ActionsGroup key={group.title} label={group.title}>
            {group.items.map((item) => (
              <Spotlight.Action
                key={item.id}
                label={item.label}
                description={item.note}
                leftSection={item.icon}
                rightSection={item.keys ? <Keys keys={item.keys} /> : undefined}
                onClick={item.run}
              />
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {groups.length === 0 && (
          <Spotlight.Empty>
            {found.isLoading ? t.pages.palette.searching : t.pages.palette.nothing}
          </Spotlight.Empty>
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
