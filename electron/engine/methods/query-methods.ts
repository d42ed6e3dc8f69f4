import type { QueryMethods } from '../../../shared/contract/queries.ts';
import { INDEX_TABLES } from '../query/index-schema.ts';
import { indexFile, queryRuns } from '../query/query-runs.ts';
import type { EngineCore } from './engine-core.ts';

/** Questions over all runs. */
export function queryMethods(core: EngineCore): Pick<QueryMethods, 'query' | 'queryTables'> {
  return {
    query: (question) => queryRuns({ index: indexFile(core.options.home), runs: core.runs, ...question }),
    queryTables: async () =>
      INDEX_TABLES.map(({ name, about, columns }) => ({
        name,
        about,
        columns: columns.map((column) => ({ ...column })),
      })),
  };
}
