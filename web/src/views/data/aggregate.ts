/** Numbers about records: totals of a footer, counts and sums of a board's columns. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { keys } from '../../api/queries';
import { records } from '../../api/records';
import type { AggregateQuery } from '../../api/types';
import type { Filter } from '../../lib/filter';
import type { Json, JsonObject } from '../../lib/json';
import { bare } from './edits';

export type Measure = AggregateQuery['measures'][number];

/** One group of the answer: what it is grouped by, and the measures in the order they were asked. */
export interface Group {
  by: Record<string, Json>;
  values: Json[];
}

interface GroupReply {
  group: JsonObject;
  measures: Json[];
}

function toGroup({ group, measures }: GroupReply): Group {
  const by = Object.entries(group).map(([name, value]) => [name, bare(value)] as const);
  return { by: Object.fromEntries(by), values: measures };
}

interface AggregateOptions {
  ws: string;
  entity: string;
  filter: Filter | undefined;
  group?: string;
  measures: Measure[];
  enabled?: boolean;
}

/** Answers are kept while the next ones load, and read again after every live change. */
export function useAggregate(options: AggregateOptions) {
  const { ws, entity, filter, group, measures } = options;
  const query: AggregateQuery = {
    ...(filter ? { filter } : {}),
    ...(group ? { group: [{ field: group }] } : {}),
    measures,
  };
  return useQuery({
    queryKey: [...keys.entity(ws, entity), 'aggregate', query],
    queryFn: async ({ signal }) => {
      const reply = await records.aggregate<{ groups: GroupReply[] }>(ws, entity, query, signal);
      return reply.groups.map(toGroup);
    },
    enabled: options.enabled ?? true,
    placeholderData: keepPreviousData,
  });
}
