/** The shapes that cross the wire: documents, records, accounts. */
import type { Filter } from '../lib/filter';
import type { Json, JsonObject } from '../lib/json';

export type Language = 'en' | 'zh-CN';
export interface Label {
  en?: string;
  'zh-CN'?: string;
}

export interface Option {
  id: string;
  name: string;
  label: Label;
  color?: string;
  archived?: boolean;
  kind?: 'open' | 'won' | 'lost';
  /** Names of the stages this one may move to; absent means any. */
  to?: string[];
}

export interface FieldSettings {
  max_length?: number;
  pattern?: string;
  pattern_message?: Label | string;
  min?: number | string;
  max?: number | string;
  scale?: number;
  currency?: string;
  options?: Option[];
  region?: string;
  to?: string;
  on_delete?: 'set_null' | 'restrict' | 'cascade';
  inverse?: { name: string; label: Label };
  /** Of a virtual `inverse` field: the entity that links here, and its link field. */
  entity?: string;
  field?: string;
}

export interface Field {
  id: string;
  name: string;
  type: string;
  label: Label;
  help?: Label;
  app?: string;
  required?: boolean;
  unique?: boolean;
  read_only?: boolean;
  indexed?: boolean;
  personal?: boolean;
  default?: Json;
  settings?: FieldSettings;
  /** Kept by the server for every entity (`created_at`, …). */
  built_in?: boolean;
}

interface DocumentBase {
  format?: number;
  id?: string;
  name: string;
  label?: Label;
  app?: string;
}
export interface EntityDocument extends DocumentBase {
  label: Label;
  plural?: Label;
  icon?: string;
  title_field: string;
  fields: Field[];
  /** Links elsewhere that show here, added by the server; never sent back. */
  inverses?: { name: string; label: Label; entity: string; field: string }[];
  unique?: string[][];
  indexes?: string[][];
}
export interface ViewColumn {
  field: string;
  width?: number;
}
export interface ViewDocument extends DocumentBase {
  entity: string;
  type: string;
  filter?: Filter;
  sort?: string[];
  columns?: ViewColumn[];
  settings?: JsonObject;
}
export interface FormNode {
  kind: 'tab' | 'section' | 'field' | 'related';
  label?: Label;
  children?: FormNode[];
  field?: string;
  inverse?: string;
  /** Of twelve. */
  width?: number;
  visible_when?: Filter;
  required_when?: Filter;
  read_only_when?: Filter;
}
export interface FormDocument extends DocumentBase {
  entity: string;
  children: FormNode[];
}
export interface ScriptDocument extends DocumentBase {
  entity?: string;
  hook?: string;
  enabled?: boolean;
  source: string;
}
export interface AutomationStep {
  name: string;
  type: string;
  settings: JsonObject;
}
export interface AutomationDocument extends DocumentBase {
  enabled: boolean;
  trigger: { on: 'created' | 'updated' | 'changed' | 'deleted'; entity: string; fields?: string[] };
  condition?: Filter;
  steps: AutomationStep[];
}
export interface NavigationItem {
  entity?: string;
  view?: string;
  label?: Label;
  icon?: string;
  children?: NavigationItem[];
}
export interface AppDocument extends DocumentBase {
  version?: string;
  icon?: string;
  depends?: string[];
  navigation?: NavigationItem[];
}
export interface RoleDocument extends DocumentBase {
  all?: boolean;
  entities?: Record<string, { rights: string[]; rows?: Filter; fields?: Record<string, string> }>;
  capabilities?: string[];
}
export interface Documents {
  app: AppDocument;
  entity: EntityDocument;
  view: ViewDocument;
  form: FormDocument;
  role: RoleDocument;
  script: ScriptDocument;
  automation: AutomationDocument;
}
export type Kind = keyof Documents;
export type DocumentEntry = {
  [K in Kind]: { kind: K; name: string; document: Documents[K] };
}[Kind];
export interface Meta {
  revision: number;
  documents: DocumentEntry[];
}

/** A record of any entity. */
export interface RecordRow {
  id: string;
  revision: number;
  created_at?: string;
  created_by?: Json;
  updated_at?: string;
  updated_by?: Json;
  [field: string]: Json | undefined;
}

export interface RecordQuery {
  filter?: Filter;
  sort?: string[];
  fields?: string[];
  expand?: string[];
  limit?: number;
  cursor?: string;
  offset?: number;
  count?: boolean;
}
export interface RecordList {
  records: RecordRow[];
  next_cursor: string | null;
  count: number | null;
}
export interface AggregateQuery {
  filter?: Filter;
  group?: { field: string; bucket?: string }[];
  measures: {
    fn: 'count' | 'count_distinct' | 'sum' | 'average' | 'min' | 'max';
    field?: string;
  }[];
  sort?: string[];
  limit?: number;
}

export interface Actor {
  id: string;
  name: string;
  kind?: string;
}
export interface HistoryEntry {
  sequence: number;
  time: string;
  actor: Actor;
  cause: Json;
  operation: 'create' | 'update' | 'delete' | 'restore';
  before: JsonObject | null;
  after: JsonObject | null;
}

export interface Me {
  account: { id: string; email: string };
  workspaces: { slug: string; name: string }[];
}
export interface EntityRights {
  read: boolean;
  create: boolean;
  update: boolean;
  delete: boolean;
  fields: Record<string, 'read' | 'write'>;
}
export interface WorkspaceMe {
  user: { id: string; name: string; email: string; locale: Language | null; roles: string[] };
  capabilities: string[];
  workspace: {
    slug: string;
    name: string;
    time_zone: string;
    currency: string;
    language: Language;
  };
  entities: Record<string, EntityRights>;
}

export type Operation =
  { op: 'put'; kind: Kind; document: Documents[Kind] } | { op: 'remove'; kind: Kind; name: string };
export interface ChangeStep {
  kind: string;
  effect: 'safe' | 'lossy' | 'forbidden';
  entity?: string;
  field?: string;
  message: string;
  rows?: number;
  touches?: { kind: string; name: string }[];
}
export interface ChangesetReply {
  revision: number;
  steps: ChangeStep[];
}
export interface RevisionEntry {
  number: number;
  time: string;
  actor: Actor;
  summary: string;
  steps: ChangeStep[];
}

export interface LiveChange {
  sequence: number;
  entity: string;
  record: string;
  operation: string;
  revision: number | null;
}
