/** Saving, making and removing views for everyone: small changesets, each of which can be undone. */
import { useQueryClient } from '@tanstack/react-query';
import { documents } from '../api/documents';
import { keys } from '../api/queries';
import type { Operation, ViewDocument } from '../api/types';
import { language, t } from '../i18n';
import type { JsonObject } from '../lib/json';
import type { Entity } from '../meta/catalogue';
import { shortName } from '../meta/catalogue';
import { useWorkspace } from '../meta/use_meta';
import { toast } from '../ui/toast';
import { toDocument, type ViewState } from './view_state';

const NAME_LENGTH_MAX = 40;

export interface ViewDocuments {
  save: (view: ViewDocument, state: ViewState) => Promise<boolean>;
  /** Resolves with the short name of the new view, or null when it was refused. */
  create: (view: NewView) => Promise<string | null>;
  rename: (view: ViewDocument, name: string) => Promise<boolean>;
  remove: (view: ViewDocument, title: string) => Promise<boolean>;
}

export interface NewView {
  title: string;
  type: string;
  settings: JsonObject;
  /** What it starts from. */
  like?: ViewDocument;
}

/** A machine name for a title: its Latin letters, or `view`, with a number when it is taken. */
export function viewName(title: string, taken: ReadonlySet<string>): string {
  const plain = title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, NAME_LENGTH_MAX - 4);
  const base = plain || 'view';
  let name = base;
  for (let number = 2; taken.has(name); number++) name = `${base}_${number}`;
  return name;
}

export function useViewDocuments(entity: Entity): ViewDocuments {
  const { ws, catalogue } = useWorkspace();
  const client = useQueryClient();

  const publish = async (operation: Operation): Promise<number | null> => {
    try {
      const reply = await documents.publish(ws, {
        base_revision: catalogue.revision,
        operations: [operation],
      });
      await client.invalidateQueries({ queryKey: keys.meta(ws) });
      return reply.revision;
    } catch (error) {
      toast.error(error);
      // Someone published meanwhile: the newest documents are shown, the change is still here.
      void client.invalidateQueries({ queryKey: keys.meta(ws) });
      return null;
    }
  };
  const put = (document: ViewDocument) => publish({ op: 'put', kind: 'view', document });

  return {
    save: async (view, state) => {
      const isSaved = (await put(toDocument(view, state))) !== null;
      if (isSaved) toast.done(t.views.save.saved);
      return isSaved;
    },
    create: async ({ title, type, settings, like }) => {
      const taken = new Set(entity.views.map((view) => shortName(view.name)));
      const short = viewName(title, taken);
      const { id: _, ...rest } = like ?? { format: 1, app: entity.document.app };
      const document: ViewDocument = {
        ...rest,
        name: `${entity.name}.${short}`,
        label: { [language]: title },
        entity: entity.name,
        type,
        ...(Object.keys(settings).length > 0 ? { settings } : {}),
      };
      if ((await put(document)) === null) return null;
      toast.done(t.views.tabs.created(title));
      return short;
    },
    rename: async (view, name) =>
      (await put({ ...view, label: { ...view.label, [language]: name } })) !== null,
    remove: async (view, title) => {
      const revision = await publish({ op: 'remove', kind: 'view', name: view.name });
      if (revision === null) return false;
      toast.done(t.views.tabs.removed(title), () => {
        documents
          .revert(ws, revision)
          .then(() => client.invalidateQueries({ queryKey: keys.meta(ws) }))
          .catch(toast.error);
      });
      return true;
    },
  };
}
