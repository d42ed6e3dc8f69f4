/** Raised whenever a table changes: an index of another version is recreated from the run folders. */
export const INDEX_VERSION = 1;

/** A table of the index, for people who write queries and for the page that lists them. */
export interface IndexTable {
  name: string;
  /** What one row is. */
  about: string;
  columns: readonly { name: string; type: 'TEXT' | 'INTEGER' | 'REAL'; about: string }[];
}

const run = { name: 'run', type: 'TEXT', about: 'run id' } as const;
const step = { name: 'step', type: 'INTEGER', about: 'from 1' } as const;
const rank = { name: 'rank', type: 'INTEGER', about: 'from 0' } as const;
const device = [
  { name: 'device_kind', type: 'TEXT', about: 'nvidia, mig, amd, intel, apple or cpu' },
  { name: 'device_index', type: 'INTEGER', about: 'as the vendor’s tool numbers it' },
  { name: 'device_uuid', type: 'TEXT', about: 'null for CPU slots' },
  { name: 'device_name', type: 'TEXT', about: '' },
] as const;
const status = { name: 'status', type: 'TEXT', about: 'as in "drover status"' } as const;
const started = { name: 'started', type: 'TEXT', about: 'ISO 8601, UTC' } as const;
const ended = { name: 'ended', type: 'TEXT', about: 'ISO 8601, UTC' } as const;
const seconds = { name: 'seconds', type: 'REAL', about: 'from start to end' } as const;

/** Every table. */
export const INDEX_TABLES = [
  {
    name: 'runs',
    about: 'a run',
    columns: [
      run,
      { name: 'pipeline', type: 'TEXT', about: '' },
      { name: 'name', type: 'TEXT', about: 'as given at the launch' },
      status,
      { name: 'created', type: 'TEXT', about: 'ISO 8601, UTC' },
      started,
      ended,
      seconds,
      { name: 'host', type: 'TEXT', about: '' },
      { name: 'drover', type: 'TEXT', about: 'version that launched it' },
      { name: 'parameters', type: 'TEXT', about: 'JSON; see json_extract' },
      { name: 'items', type: 'INTEGER', about: 'items × steps' },
      { name: 'complete', type: 'INTEGER', about: '' },
      { name: 'failed', type: 'INTEGER', about: '' },
      { name: 'skipped', type: 'INTEGER', about: '' },
      { name: 'directory', type: 'TEXT', about: '' },
    ],
  },
  {
    name: 'steps',
    about: 'a step of a run',
    columns: [
      run,
      step,
      { name: 'name', type: 'TEXT', about: '' },
      { name: 'dispatch', type: 'TEXT', about: 'queue, list or each' },
      status,
      started,
      ended,
      seconds,
      { name: 'items', type: 'INTEGER', about: '' },
      { name: 'complete', type: 'INTEGER', about: '' },
      { name: 'failed', type: 'INTEGER', about: '' },
      { name: 'skipped', type: 'INTEGER', about: '' },
      { name: 'cost', type: 'REAL', about: 'of complete items, in the unit of the step' },
      { name: 'busy_seconds', type: 'REAL', about: 'in which items were worked on, over all ranks' },
      { name: 'share_of_ideal', type: 'REAL', about: 'busy seconds / (ranks × seconds)' },
    ],
  },
  {
    name: 'workers',
    about: 'a rank of a step',
    columns: [
      run,
      step,
      rank,
      ...device,
      status,
      { name: 'starts', type: 'INTEGER', about: '' },
      { name: 'exit_code', type: 'INTEGER', about: '' },
      { name: 'signal', type: 'TEXT', about: 'such as SIGKILL' },
      { name: 'reason', type: 'TEXT', about: 'why it failed' },
      started,
      ended,
      { name: 'complete', type: 'INTEGER', about: '' },
      { name: 'failed', type: 'INTEGER', about: '' },
      { name: 'cost', type: 'REAL', about: 'of complete items, in the unit of the step' },
      { name: 'busy_seconds', type: 'REAL', about: 'in which items were worked on' },
    ],
  },
  {
    name: 'items',
    about: 'a file in a step',
    columns: [
      run,
      step,
      { name: 'item', type: 'INTEGER', about: 'from 0' },
      { name: 'file', type: 'TEXT', about: 'absolute path' },
      { name: 'size', type: 'INTEGER', about: 'bytes' },
      { name: 'cost', type: 'REAL', about: 'in the unit of the step' },
      status,
      { name: 'attempts', type: 'INTEGER', about: '' },
      rank,
      { name: 'seconds', type: 'REAL', about: 'of the last attempt' },
      ended,
      { name: 'reason', type: 'TEXT', about: 'why it failed' },
      { name: 'evidence', type: 'TEXT', about: 'the line that shows it' },
    ],
  },
  {
    name: 'samples',
    about: 'what a device did at a moment',
    columns: [
      run,
      step,
      { name: 'time', type: 'TEXT', about: 'ISO 8601, UTC' },
      { name: 'device_kind', type: 'TEXT', about: '' },
      { name: 'device_index', type: 'INTEGER', about: '' },
      { name: 'device_uuid', type: 'TEXT', about: '' },
      { name: 'utilization', type: 'REAL', about: 'percent' },
      { name: 'memory_used', type: 'INTEGER', about: 'bytes' },
      { name: 'temperature', type: 'REAL', about: '°C' },
      { name: 'power', type: 'REAL', about: 'W' },
    ],
  },
  {
    name: 'devices',
    about: 'a device in a run: what its samples came to',
    columns: [
      run,
      ...device,
      { name: 'complete', type: 'INTEGER', about: 'items' },
      { name: 'busy_seconds', type: 'REAL', about: '' },
      { name: 'peak_memory', type: 'INTEGER', about: 'bytes' },
      { name: 'mean_utilization', type: 'REAL', about: 'percent' },
      { name: 'energy', type: 'REAL', about: 'joules' },
    ],
  },
  {
    name: 'problems',
    about: 'a failure of a worker or of an attempt at an item',
    columns: [
      run,
      step,
      rank,
      { name: 'item', type: 'INTEGER', about: 'null for a worker’s' },
      { name: 'time', type: 'TEXT', about: 'ISO 8601, UTC' },
      { name: 'reason', type: 'TEXT', about: 'such as cuda-out-of-memory' },
      { name: 'final', type: 'INTEGER', about: '1: no attempt was left' },
      { name: 'evidence', type: 'TEXT', about: '' },
    ],
  },
  {
    name: 'tokens',
    about: 'what a rank counted',
    columns: [
      run,
      step,
      rank,
      { name: 'input_tokens', type: 'INTEGER', about: '' },
      { name: 'output_tokens', type: 'INTEGER', about: '' },
      { name: 'cache_read_tokens', type: 'INTEGER', about: '' },
      { name: 'cache_creation_tokens', type: 'INTEGER', about: '' },
    ],
  },
] as const satisfies readonly IndexTable[];

export type IndexTableName = (typeof INDEX_TABLES)[number]['name'];

/** A value of a row. */
export type Cell = string | number | null;

/** A row of a table: a value for every column. */
export type RowOf<Name extends IndexTableName> = Record<
  Extract<(typeof INDEX_TABLES)[number], { name: Name }>['columns'][number]['name'],
  Cell
>;

/** Returns the statements that create an empty index. `indexed` records the state of each journal that its rows were made from. */
export function schemaStatements(): string {
  const tables = INDEX_TABLES.map(
    ({ name, columns }) =>
      `CREATE TABLE ${name} (${columns.map((column) => `${column.name} ${column.type}`).join(', ')});`,
  );
  const byRun = INDEX_TABLES.map(({ name }) => `CREATE INDEX ${name}_by_run ON ${name} (run);`);
  return [
    `PRAGMA user_version = ${INDEX_VERSION};`,
    'CREATE TABLE indexed (run TEXT PRIMARY KEY, journal_size INTEGER, journal_mtime REAL, owned INTEGER) WITHOUT ROWID;',
    ...tables,
    ...byRun,
    // The columns by which the example queries sort and group.
    'CREATE INDEX items_by_seconds ON items (seconds);',
    'CREATE INDEX items_by_reason ON items (reason) WHERE reason IS NOT NULL;',
  ].join('\n');
}
