/** What a changeset does, step by step and in words, before it is published. */
import { Alert, Button, Group, Modal, Skeleton } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState } from 'react';
import { ApiError } from '../../api/error';
import { keys } from '../../api/queries';
import type { ChangesetReply } from '../../api/types';
import { t } from '../../i18n';
import { useWs } from '../../meta/use_meta';
import { errorText } from '../../ui/States';
import { toast } from '../../ui/toast';
import { StepList } from './StepList';

interface ChangesetDialogProps {
  title?: string;
  button?: string;
  preview: () => Promise<ChangesetReply>;
  publish: () => Promise<ChangesetReply>;
  onDone: (reply: ChangesetReply) => void;
  onClose: () => void;
}

export function ChangesetDialog(props: ChangesetDialogProps) {
  const ws = useWs();
  const client = useQueryClient();
  const [reply, setReply] = useState<ChangesetReply | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const [attempt, setAttempt] = useState(0);
  // Named so that the effect depends on it: each attempt asks once.
  const ask = useEffectEvent((_attempt: number) => props.preview());

  useEffect(() => {
    let isCurrent = true;
    ask(attempt)
      .then((answer) => isCurrent && setReply(answer))
      .catch((fault: unknown) => isCurrent && setError(fault));
    return () => {
      isCurrent = false;
    };
  }, [attempt]);

  /** The caller's draft follows the documents by itself; then the preview is asked again. */
  const carryOver = async () => {
    await client.invalidateQueries({ queryKey: keys.meta(ws) });
    setError(null);
    setReply(null);
    setAttempt(attempt + 1);
  };
  const isStale = error instanceof ApiError && error.code === 'revision_stale';
  const isForbidden = reply?.steps.some((step) => step.effect === 'forbidden') ?? false;
  const publish = async () => {
    setBusy(true);
    setError(null);
    try {
      const answer = await props.publish();
      await client.invalidateQueries({ queryKey: keys.workspace(ws) });
      toast.done(t.build.changeset.published(answer.revision));
      props.onDone(answer);
    } catch (fault) {
      setError(fault);
      setBusy(false);
    }
  };
  return (
    <Modal
      opened
      size="lg"
      title={props.title ?? t.build.changeset.title}
      closeButtonProps={{ 'aria-label': t.common.close }}
      onClose={props.onClose}
    >
      {error ? (
        <Alert color={isStale ? 'yellow' : 'red'} variant="light" mb="md" role="alert">
          {errorText(error)}
          {error instanceof ApiError &&
            error.problems.map((problem) => (
              <div key={problem.path + problem.code}>
                <code>{problem.path}</code> {problem.message}
              </div>
            ))}
          {isStale && (
            <Group mt="sm">
              <Button variant="default" onClick={() => void carryOver()}>
                {t.build.changeset.carryOver}
              </Button>
            </Group>
          )}
        </Alert>
      ) : null}
      {!reply && !error && <Skeleton h={96} />}
      {reply && <StepList steps={reply.steps} />}
      {isForbidden && (
        <Alert color="red" variant="light" mt="md">
          {t.build.changeset.forbiddenText}
        </Alert>
      )}
      <Group justify="flex-end" gap="sm" mt="lg">
        <Button variant="default" size="sm" onClick={props.onClose}>
          {t.common.cancel}
        </Button>
        <Button
          size="sm"
          loading={isBusy}
          disabled={!reply || isForbidden || reply.steps.length === 0 || isStale}
          onClick={() => void publish()}
        >
          {props.button ?? t.build.changeset.publish}
        </Button>
      </Group>
    </Modal>
  );
}
