/** The addresses webhook steps post to: made, changed and removed here; secrets shown once. */
import { Alert, Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { type Endpoint, endpoints as api } from '../../api/endpoints';
import { keys } from '../../api/queries';
import { t } from '../../i18n';
import { isMachineName } from '../../lib/text';
import { useWs } from '../../meta/use_meta';
import { ConfirmButton } from '../../ui/ConfirmButton';
import { ErrorState, errorText } from '../../ui/States';
import { toast } from '../../ui/toast';
import css from '../design.module.css';
import own from './Endpoints.module.css';

function SecretDialog({ endpoint, onClose }: { endpoint: Endpoint; onClose: () => void }) {
  return (
    <Modal
      opened
      title={endpoint.name}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t.common.close }}
      onClose={onClose}
    >
      <Stack gap="md">
        <Alert color="yellow" variant="light">
          {t.build.endpoints.once}
        </Alert>
        <code className={own.secret}>{endpoint.secret}</code>
        <Group justify="flex-end">
          <Button size="sm" onClick={onClose}>
            {t.common.done}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Form({ onSaved, onClose }: { onSaved: (made: Endpoint) => void; onClose: () => void }) {
  const ws = useWs();
  const [name, setName] = useState('');
  const [url, setUrl] = useState('');
  const [error, setError] = useState<unknown>(null);
  const e = t.build.endpoints;
  const isWrong = name !== '' && !isMachineName(name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isMachineName(name)) return;
    api.put(ws, name, { url: url.trim() }).then(onSaved).catch(setError);
  };
  return (
    <Modal
      opened
      title={e.add}
      closeButtonProps={{ 'aria-label': t.common.close }}
      onClose={onClose}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          {error ? (
            <Alert color="red" variant="light" role="alert">
              {errorText(error)}
            </Alert>
          ) : null}
          <TextInput
            label={e.name}
            description={e.nameHelp}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            required
            withAsterisk={false}
            error={isWrong ? t.build.entities.nameWrong : undefined}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            label={e.url}
            type="url"
            placeholder="https://"
            required
            withAsterisk={false}
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
          <Group justify="flex-end" gap="sm">
            <Button size="sm" variant="default" onClick={onClose}>
              {t.common.cancel}
            </Button>
            <Button size="sm" type="submit">
              {t.common.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

export function Endpoints() {
  const ws = useWs();
  const client = useQueryClient();
  const [isAdding, setAdding] = useState(false);
  const [made, setMade] = useState<Endpoint | null>(null);
  const query = useQuery({ queryKey: keys.endpoints(ws), queryFn: () => api.list(ws) });
  const list = query.data?.endpoints ?? [];
  const e = t.build.endpoints;
  const refresh = () => client.invalidateQueries({ queryKey: keys.endpoints(ws) });
  const saved = (endpoint: Endpoint) => {
    setAdding(false);
    toast.done(e.saved);
    if (endpoint.secret) setMade(endpoint);
    void refresh();
  };
  const remove = (name: string) =>
    api
      .remove(ws, name)
      .then(() => toast.done(e.removed))
      .catch(toast.error)
      .finally(() => void refresh());
  return (
    <section className={own.part}>
      <Group justify="space-between" mb={4}>
        <h2 className={own.head}>{e.title}</h2>
        <Button variant="default" onClick={() => setAdding(true)}>
          {e.add}
        </Button>
      </Group>
      <p className={css.intro}>{e.intro}</p>
      {query.error && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && list.length === 0 && <p className={css.faint}>{e.empty}</p>}
      {list.length > 0 && (
        <div className={css.scroll}>
          <table className={css.table}>
            <thead>
              <tr>
                <th scope="col">{e.name}</th>
                <th scope="col">{e.url}</th>
                <td aria-hidden />
              </tr>
            </thead>
            <tbody>
              {list.map((endpoint) => (
                <tr key={endpoint.name}>
                  <th scope="row" className={css.mono}>
                    {endpoint.name}
                  </th>
                  <td className={css.quiet}>{endpoint.url}</td>
                  <td style={{ textAlign: 'end' }}>
                    <ConfirmButton
                      color="gray"
                      label={e.rotate}
                      question={e.rotateAsk}
                      onConfirm={() =>
                        void api
                          .put(ws, endpoint.name, { url: endpoint.url, rotate_secret: true })
                          .then(saved)
                          .catch(toast.error)
                      }
                    />
                    <ConfirmButton
                      label={t.common.remove}
                      question={e.removeAsk}
                      onConfirm={() => void remove(endpoint.name)}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {isAdding && <Form onSaved={saved} onClose={() => setAdding(false)} />}
      {made && <SecretDialog endpoint={made} onClose={() => setMade(null)} />}
    </section>
  );
}
