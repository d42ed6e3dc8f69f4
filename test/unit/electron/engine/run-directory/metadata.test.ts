import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readMetadata, writeMetadata } from '../../../../../electron/engine/run-directory/metadata.ts';
import { inputsFile, metadataFile } from '../../../../../electron/engine/run-directory/paths.ts';
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

test('what was written is read back, and only the files themselves are left in the folder', () => {
  const directory = temporaryFolder();
  const metadata = madeMetadata({ items: 3, name: 'first try' });
  const written = writeMetadata(directory, metadata);
  writeMetadata(directory, { ...written.metadata, status: 'stopped' });
  expect(readBack(directory)).toEqual({ ...metadata, status: 'stopped' });
  expect(readdirSync(directory)).toEqual(['inputs.ndjson', 'metadata.json']);
});

test('it stays small whatever the number of inputs, and says how many there are', () => {
  const directory = temporaryFolder();
  writeMetadata(directory, madeMetadata({ items: 3 }));
  const few = statSync(metadataFile(directory)).size;
  writeMetadata(directory, madeMetadata({ items: 5_000 }));
  expect(statSync(metadataFile(directory)).size - few).toBeLessThan(10);
  const document: unknown = JSON.parse(readFileSync(metadataFile(directory), 'utf8'));
  const bytes = madeMetadata({ items: 5_000 }).inputs[Symbol.iterator]();
  const sum = Iterator.from(bytes).reduce((total, { size }) => total + size, 0);
  const text = readFileSync(inputsFile(directory));
  const sha256 = createHash('sha256').update(text).digest('hex');
  expect(document).toMatchObject({ inputs: { file: 'inputs.ndjson', count: 5_000, bytes: sum, sha256 } });
});

test.each([
  ['is gone', (path: string) => rmSync(path)],
  ['lost a line', (path: string) => writeFileSync(path, readFileSync(path, 'utf8').split('\n').slice(1).join('\n'))],
  ['was cut off', (path: string) => writeFileSync(path, readFileSync(path, 'utf8').slice(0, -3))],
  ['was edited', (path: string) => writeFileSync(path, readFileSync(path, 'utf8').replace('sample', 'simple'))],
])('a list of inputs that %s is told as damaged', (_what, damage) => {
  const directory = temporaryFolder();
  writeMetadata(directory, madeMetadata({ items: 3 }));
  damage(inputsFile(directory));
  const problem = problemOf(directory);
  expect(problem.reason).toBe('run-damaged');
  expect(problem.message).toContain(inputsFile(directory));
});

test.each([0, 2, 1_500])('a file that holds its %i inputs itself, as earlier releases wrote it, is read', (items) => {
  const metadata = madeMetadata({ items });
  const { inputs, ...head } = metadata;
  const lines = Array.from(inputs, (input) => `    ${JSON.stringify(input)}`).join(',\n');
  const opening = JSON.stringify(head, null, 2).replace(/\n\}$/, '');
  const list = items === 0 ? '  "inputs": []' : `  "inputs": [\n${lines}\n  ]`;
  expect(readBack(written(`${opening},\n${list}\n}\n`))).toEqual(metadata);
});

test('what was asked has one checksum, whatever else changes and in which order it stands', () => {
  const metadata = madeMetadata({ items: 3 });
  const asked = (change: object): string => writeMetadata(temporaryFolder(), { ...metadata, ...change }).asked;
  const { parameters, definition } = metadata;
  expect(asked({ status: 'stopped', name: 'other' })).toBe(asked({}));
  expect(asked({ parameters: Object.fromEntries(Object.entries({ z: 1, ...parameters }).toReversed()) })).toBe(
    asked({ parameters: { z: 1, ...parameters } }),
  );
  for (const change of [
    { parameters: { ...parameters, k: 5 } },
    { definition: { ...definition, title: 'other' } },
    { output_dir: '/elsewhere' },
    { inputs: [] },
  ])
    expect(asked(change)).not.toBe(asked({}));
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
