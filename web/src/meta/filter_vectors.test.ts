/** The shared vectors in `tests/cases/filters`: the browser means what the server and SQL mean. */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { EntityDocument, Field } from '../api/types';
import type { Filter } from '../lib/filter';
import { isObject, type JsonObject } from '../lib/json';
import { toCatalogue, type Catalogue, type Entity } from './catalogue';
import { matches } from './filter';

interface Vectors {
  about: string;
  now: string;
  zone: string;
  me?: string;
  entity: EntityDocument;
  linked?: EntityDocument[];
  records: JsonObject[];
  related?: Record<string, JsonObject[]>;
  cases: { about: string; filter: Filter; matches: string[] }[];
}

// Tests run in `web/`.
const FOLDER = '../tests/cases/filters';
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
const read = (name: string) => JSON.parse(readFileSync(`${FOLDER}/${name}`, 'utf8')) as Vectors;

const withIds = (document: EntityDocument): EntityDocument => ({
  ...document,
  title_field: document.title_field ?? 'id',
  fields: document.fields.map((field): Field => ({ ...field, id: field.id ?? field.name })),
});

function catalogueOf({ entity, linked = [] }: Vectors): Catalogue {
  const documents = [entity, ...linked].map(withIds);
  return toCatalogue({
    revision: 1,
    documents: documents.map((document) => ({ kind: 'entity', name: document.name, document })),
  });
}

/** A record with the lists behind its inverse fields, as the API expands them. */
function expanded(
  record: JsonObject,
  entity: Entity,
  catalogue: Catalogue,
  related: Record<string, JsonObject[]>,
): JsonObject {
  const whole: JsonObject = { ...record };
  for (const { name, settings } of entity.fields) {
    const linked = related[settings?.to ?? '']?.find(({ id }) => id === record[name]);
    if (linked) whole[name] = linked;
  }
  for (const { name, settings } of entity.inverses) {
    const source = catalogue.entities.get(settings?.entity ?? '');
    const points = (other: JsonObject) => {
      const value = other[settings?.field ?? ''];
      return (isObject(value) ? value['id'] : value) === record['id'];
    };
    const rows = source ? (related[source.name] ?? []).filter(points) : [];
    whole[name] = {
      records: source ? rows.map((row) => expanded(row, source, catalogue, related)) : [],
      count: rows.length,
    };
  }
  return whole;
}

describe.each(files)('%s', (file) => {
  const vectors = read(file);
  const catalogue = catalogueOf(vectors);
  const entity = catalogue.entities.get(vectors.entity.name)!;
  const related = { [entity.name]: vectors.records, ...vectors.related };
  const records = vectors.records.map((row) => expanded(row, entity, catalogue, related));
  const scope = {
    catalogue,
    me: vectors.me ?? '',
    now: Date.parse(vectors.now),
    timeZone: vectors.zone,
  };
  const found = (filter: Filter) =>
    records.filter((record) => matches(filter, record, entity, scope)).map(({ id }) => id);

  it.each(vectors.cases.map((one) => [one.about, one] as const))('%s', (_, one) => {
    expect(found(one.filter).toSorted()).toEqual(one.matches.toSorted());
    const others = records.map(({ id }) => id).filter((id) => !one.matches.includes(String(id)));
    expect(found({ not: one.filter }).toSorted()).toEqual(others.toSorted());
  });
});

it('there are vectors', () => {
  expect(files.length).toBeGreaterThan(5);
});
