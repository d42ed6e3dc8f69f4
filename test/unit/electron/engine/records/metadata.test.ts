import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readMetadata, writeMetadata } from '../../../../../electron/engine/records/metadata.ts';
import { metadataFile } from '../../../../../electron/engine/runs/run-directory.ts';
import { madeMetadata } from '../../../../helpers/make-run.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

function written(text: string): string {
  const directory = temporaryFolder();
  writeFileSync(metadataFile(directory), text);
  return directory;
}

function readBack(directory: string): object {
  const result = readMetadata(directory);
  if (!result.ok) throw new Error(result.error.message);
  return { ...result.value, inputs: [...result.value.inputs] };
}

function problemOf(directory: string): { reason: string; message: string; advice: string } {
  const result = readMetadata(directory);
  if (result.ok) throw new Error('the file was accepted');
  return result.error;
}

test('what was written is read back, and only the file itself is left in the folder', () => {
  const directory = temporaryFolder();
  const metadata = madeMetadata({ items: 3, name: 'first try' });
  writeMetadata(directory, metadata);
  writeMetadata(directory, { ...metadata, status: 'stopped' });
  expect(readBack(directory)).toEqual({ ...metadata, status: 'stopped' });
  expect(readdirSync(directory)).toEqual(['metadata.json']);
});

test('the inputs stand last, one per line, so that the head is readable', () => {
  const directory = temporaryFolder();
  writeMetadata(directory, madeMetadata({ items: 500 }));
  const lines = readFileSync(metadataFile(directory), 'utf8').split('\n');
  const inputs = lines.indexOf('  "inputs": [');
  expect(inputs).toBeGreaterThan(0);
  expect(lines.slice(0, inputs).join('\n')).toContain('"hostname": "box"');
  expect(lines.length - inputs).toBe(500 + 4);
});

test.each([1, 999, 1_000, 1_001, 2_000])('%i inputs are written in pieces and read back whole', (items) => {
  const directory = temporaryFolder();
  const metadata = madeMetadata({ items });
  writeMetadata(directory, metadata);
  expect(readBack(directory)).toEqual(metadata);
});

test('a run without inputs has a whole file too', () => {
  const directory = temporaryFolder();
  const metadata = madeMetadata({ items: 0 });
  writeMetadata(directory, metadata);
  expect(readBack(directory)).toEqual(metadata);
});

test('a missing file is told in words', () => {
  const problem = problemOf(temporaryFolder());
  expect(problem.reason).toBe('run-damaged');
  expect(problem.message).toContain('metadata.json cannot be read');
});

test('a file cut off at any byte is told as damaged', () => {
  const directory = temporaryFolder();
  writeMetadata(directory, madeMetadata({ items: 2 }));
  const whole = readFileSync(metadataFile(directory), 'utf8').trimEnd();
  fc.assert(
    fc.property(fc.integer({ min: 0, max: whole.length - 1 }), (end) => {
      writeFileSync(metadataFile(directory), whole.slice(0, end));
      expect(problemOf(directory).reason).toBe('run-damaged');
    }),
  );
});

test.each([
  ['', 'is empty'],
  ['hello', 'is not whole JSON'],
  ['{"a": 1,}', 'is not JSON'],
  ['[]', 'does not have the expected form'],
  ['{"version": 1, "run": 5}', 'run'],
])('%j is refused and the message says why', (text, why) => {
  const problem = problemOf(written(text));
  expect(problem.reason).toBe('run-damaged');
  expect(problem.message).toContain(why);
});

test('a newer version is not called damaged', () => {
  const problem = problemOf(written('{"version": 7, "something": "new"}'));
  expect(problem.reason).toBe('newer-version');
  expect(problem.message).toContain('version 7');
  expect(problem.advice).toContain('newer');
});
