/** Tokens for programs: made here, shown once, revoked here. */
import { Button } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '../api/queries';
import { type ApiToken, session } from '../api/session';
import { language, t, timeZone } from '../i18n';
import { showAgo, showDate, toWall } from '../lib/dates';
import { useWs } from '../meta/use_meta';
import { ConfirmButton } from '../ui/ConfirmButton';
import { Page } from '../ui/Page';
import { PageHeader } from '../ui/PageHeader';
import { EmptyState, ErrorState } from '../ui/States';
import { toast } from '../ui/toast';
import { NewToken } from './NewToken';
import css from './settings.module.css';

const dayOf = (instant: string) => showDate(toWall(instant, timeZone).slice(0, 10), language);

function Row({ token, onRevoke }: { token: ApiToken; onRevoke: () => void }) {
  return (
    <tr>
      <th scope="row">{token.name}</th>
      <td className={css.wide}>{dayOf(token.created_at)}</td>
      <td>{token.last_used_at ? showAgo(token.last_used_at, language) : t.pages.tokens.never}</td>
      <td className={css.wide}>{token.expires_at ? dayOf(token.expires_at) : '–'}</td>
      <td style={{ textAlign: 'end' }}>
        <ConfirmButton
          label={t.pages.tokens.revoke}
          question={t.pages.tokens.revokeAsk}
          onConfirm={onRevoke}
        />
      </td>
    </tr>
  );
}

export function Component() {
  const ws = useWs();
  const client = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const query = useQuery({ queryKey: keys.tokens(ws), queryFn: () => session.tokens(ws) });
  const refresh = () => client.invalidateQueries({ queryKey: keys.tokens(ws) });
  const revoke = (id: string) =>
    session
      .revokeToken(ws, id)
      .then(() => toast.done(t.pages.tokens.revoked))
      .catch(toast.error)
      .finally(() => void refresh());
  const tokens = query.data?.tokens ?? [];
  return (
    <Page
      header={
        <PageHeader
          title={t.pages.tokens.title}
          actions={<Button onClick={() => setOpen(true)}>{t.pages.tokens.new}</Button>}
        />
      }
    >
      <p className={css.intro}>{t.pages.tokens.intro}</p>
      {query.error && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && tokens.length === 0 && (
        <EmptyState
          icon={<IconKey size={32} stroke={1.25} aria-hidden />}
          title={t.pages.tokens.empty}
        />
      )}
      {tokens.length > 0 && (
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{t.common.name}</th>
              <th scope="col" className={css.wide}>
                {t.pages.tokens.created}
              </th>
              <th scope="col">{t.pages.tokens.lastUsed}</th>
              <th scope="col" className={css.wide}>
                {t.pages.tokens.expires}
              </th>
              <td aria-hidden />
            </tr>
          </thead>
          <tbody>
            {tokens.map((token) => (
              <Row key={token.id} token={token} onRevoke={() => void revoke(token.id)} />
            ))}
          </tbody>
        </table>
      )}
      {isOpen && (
        <NewToken
          onClose={() => {
            setOpen(false);
            void refresh();
          }}
        />
      )}
    </Page>
  );
}
