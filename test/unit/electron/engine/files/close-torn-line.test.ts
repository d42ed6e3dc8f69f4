import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { closeTornLine } from '../../../../../electron/engine/files/last-line-whole.ts';
import { readStartRecord } from '../../../../../electron/engine/processes/process-record.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const EARLIER = '{"start":1,"pid":12,"pgid":11,"start_time":345,"boot_id":"b00t"}\n{"start":1,"status":0}\n';
const LATER = '{"start":2,"pid":22,"pgid":21,"start_time":445,"boot_id":"b00t"}\n';

test('what is appended to a record that was cut off at any byte is read', () => {
  const path = join(temporaryFolder(), 'worker_0.ndjson');
  for (let size = 0; size <= EARLIER.length; size += 1) {
    writeFileSync(path, EARLIER.slice(0, size));
    closeTornLine(path);
    appendFileSync(path, LATER);
    expect(readStartRecord(path, 2).process, `${size} bytes`).toMatchObject({ pid: 22 });
  }
});

test('a whole line stays as it is, and a file that is not there is not made', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'whole'), 'line\n');
  writeFileSync(join(folder, 'empty'), '');
  for (const name of ['whole', 'empty', 'none']) closeTornLine(join(folder, name));
  expect(readFileSync(join(folder, 'whole'), 'utf8')).toBe('line\n');
  expect(readFileSync(join(folder, 'empty'), 'utf8')).toBe('');
  expect(existsSync(join(folder, 'none'))).toBe(false);
});
