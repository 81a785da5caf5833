/** The workspace's documents, indexed once per revision for quick questions. Pure. */
import type {
  AppDocument,
  AutomationDocument,
  DocumentEntry,
  Documents,
  EntityDocument,
  Field,
  FormDocument,
  Kind,
  Meta,
  ScriptDocument,
  ViewDocument,
} from '../api/types';
import { BUILT_IN, inverseFields } from './built_in';

/** An entity with every field that can be shown or asked for. */
export interface Entity {
  name: string;
  document: EntityDocument;
  /** Stored fields in the document's order. */
  fields: Field[];
  inverses: Field[];
  /** Stored, inverse and built-in fields by name. */
  byName: ReadonlyMap<string, Field>;
  titleField: Field | undefined;
  views: ViewDocument[];
  forms: FormDocument[];
}

export interface Catalogue {
  revision: number;
  apps: AppDocument[];
  entities: ReadonlyMap<string, Entity>;
  scripts: ScriptDocument[];
  automations: AutomationDocument[];
  documents: DocumentEntry[];
}

function ofKind<K extends Kind>(meta: Meta, kind: K): Documents[K][] {
  return meta.documents
    .filter((entry) => entry.kind === kind)
    .map((entry) => entry.document as Documents[K]);
}

function toEntity(stored: EntityDocument, meta: Meta, all: EntityDocument[]): Entity {
  // A title that the reader may not see is not named.
  const document = { ...stored, title_field: stored.title_field ?? 'id' };
  const fields = document.fields.filter((field) => field.type !== 'inverse');
  const inverses = inverseFields(document, all);
  const byName = new Map([...fields, ...inverses, ...BUILT_IN].map((field) => [field.name, field]));
  return {
    name: document.name,
    document,
    fields,
    inverses,
    byName,
    titleField: byName.get(document.title_field),
    views: ofKind(meta, 'view').filter((view) => view.entity === document.name),
    forms: ofKind(meta, 'form').filter((form) => form.entity === document.name),
  };
}

export function toCatalogue(meta: Meta): Catalogue {
  const all = ofKind(meta, 'entity');
  return {
    revision: meta.revision,
    apps: ofKind(meta, 'app'),
    entities: new Map(all.map((document) => [document.name, toEntity(document, meta, all)])),
    scripts: ofKind(meta, 'script'),
    automations: ofKind(meta, 'automation'),
    documents: meta.documents,
  };
}

/** The part of a document's name after its entity: `opportunity.all` → `all`. */
export function shortName(name: string): string {
  return name.includes('.') ? name.slice(name.indexOf('.') + 1) : name;
}
