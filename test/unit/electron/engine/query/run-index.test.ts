import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { RunIndex } from '../../../../../electron/engine/query/run-index.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const TABLES = "select count(*) from sqlite_master where type = 'table'";

function countTables(path: string): unknown {
  const database = new DatabaseSync(path);
  const [count] = Object.values(database.prepare(TABLES).get() ?? {});
  database.close();
  return count;
}

test('an index that cannot be opened is an error at once', () => {
  const path = join(temporaryFolder(), 'index.sqlite');
  mkdirSync(path);
  expect(() => new RunIndex(path)).toThrow(/EISDIR|illegal operation/);
  expect(statSync(path).isDirectory()).toBe(true);
});

test.each([
  ['no database', (path: string) => writeFileSync(path, 'not a database, but long enough to be looked at as one')],
  [
    'of another version',
    (path: string) => {
      const database = new DatabaseSync(path);
      database.exec('PRAGMA user_version = 999; CREATE TABLE other (a)');
      database.close();
    },
  ],
])('an index that is %s is made anew', (_, make) => {
  const path = join(temporaryFolder(), 'index.sqlite');
  make(path);
  new RunIndex(path).close();
  expect(countTables(path)).toBeGreaterThan(1);
  expect(readFileSync(path, 'latin1')).not.toContain('CREATE TABLE other');
});
