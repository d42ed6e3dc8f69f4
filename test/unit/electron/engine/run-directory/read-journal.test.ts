import { appendFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { forEachLine, parseEvent, readJournal } from '../../../../../electron/engine/run-directory/read-journal.ts';
import type { RunEvent } from '../../../../../shared/run/run-events.ts';
import { emptyRunState, type RunState } from '../../../../../shared/run/run-model.ts';
import { applyRunEvent } from '../../../../../shared/run/run-state.ts';
import { contradictions, legalJournal } from '../../../../helpers/legal-journal.ts';
import { plainState } from '../../../../helpers/plain-items.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

/** A journal of so many events has some thousand bytes, and is read once for each. */
const TORN_EVENTS = 20;

function toLine(event: RunEvent): string {
  return `${JSON.stringify(event)}\n`;
}

function fold(events: readonly RunEvent[]): RunState {
  return events.reduce(applyRunEvent, emptyRunState());
}

test('a journal torn at any byte folds to a legal state: that of its whole lines', () => {
  const path = join(temporaryFolder(), 'journal.ndjson');
  fc.assert(
    fc.property(legalJournal, (journal) => {
      const events = journal.events.slice(0, TORN_EVENTS);
      const bytes = Buffer.from(events.map(toLine).join(''));
      const folds = Array.from({ length: events.length + 1 }, (_, count) => plainState(fold(events.slice(0, count))));
      writeFileSync(path, bytes);
      for (let length = bytes.length; length >= 0; length -= 1) {
        truncateSync(path, length);
        const { state, wholeBytes, damagedLines } = readJournal(path);
        expect(contradictions(state)).toEqual([]);
        expect(damagedLines).toBe(0);
        expect(wholeBytes).toBe(bytes.subarray(0, length).lastIndexOf('\n') + 1);
        const whole = bytes.subarray(0, wholeBytes).toString().split('\n').length - 1;
        expect(plainState(state)).toEqual(folds[whole]);
      }
    }),
    { numRuns: 2 },
  );
});

test('what follows a torn line that was closed by a newline counts', () => {
  const path = join(temporaryFolder(), 'journal.ndjson');
  fc.assert(
    fc.property(legalJournal, fc.nat(), ({ events }, at) => {
      const torn = toLine(events[0] as RunEvent).slice(0, at % 40);
      writeFileSync(path, `${events.map(toLine).join('')}${torn}\n`);
      const owner: RunEvent = { type: 'owner-taken', time: 't', purpose: 'resume', pid: 1, host: 'box' };
      appendFileSync(path, toLine(owner));
      const { state, damagedLines } = readJournal(path);
      expect(plainState(state)).toEqual(plainState(fold([...events, owner])));
      expect(damagedLines).toBe(torn === '' ? 0 : 1);
    }),
    { numRuns: 30 },
  );
});

test('every event is handed on in order', () => {
  const path = join(temporaryFolder(), 'journal.ndjson');
  fc.assert(
    fc.property(legalJournal, ({ events }) => {
      writeFileSync(path, events.map(toLine).join(''));
      const seen: RunEvent[] = [];
      readJournal(path, (event) => seen.push(event));
      expect(seen).toEqual(events);
    }),
    { numRuns: 30 },
  );
});

test.each([
  ['another program’s line', '{"level":"info","msg":"hello"}'],
  ['a list', '[1,2,3]'],
  ['a number', '17'],
  ['null', 'null'],
  ['a type that does not exist', '{"type":"nonsense","time":"t"}'],
  ['an event without its time', '{"type":"stop-requested","by":"x","force":false}'],
  ['an event with a wrong value', '{"type":"stop-requested","by":"x","force":"very","time":"t"}'],
  ['bytes of a hole that a crash left', '\0\0\0\0'],
])('%s is no event', (_, line) => {
  expect(parseEvent(line)).toBeNull();
});

test('damaged lines are counted and the others are folded', () => {
  const path = join(temporaryFolder(), 'journal.ndjson');
  const created: RunEvent = { type: 'run-created', time: 't', run: 'a', pipeline: 'p', name: null, steps: [] };
  writeFileSync(
    path,
    `${toLine(created)}garbage\n\n${toLine({ type: 'owner-taken', time: 't', purpose: 'run', pid: 1, host: 'h' })}`,
  );
  expect(readJournal(path)).toMatchObject({ damagedLines: 1, state: { run: 'a', status: 'running' } });
});

test('lines longer than a block, and characters across its border, are read whole', () => {
  const path = join(temporaryFolder(), 'lines');
  const long = 'ö'.repeat(1_500_001);
  writeFileSync(path, `x\n${long}\n${long}`);
  const lines: string[] = [];
  const taken = forEachLine(path, (line) => lines.push(line));
  expect(lines).toEqual(['x', long]);
  expect(taken).toBe(2 + 2 * 1_500_001 + 1);
});

test('reading may go on where it has ended', () => {
  const path = join(temporaryFolder(), 'lines');
  writeFileSync(path, 'one\ntwo\nthr');
  const first: string[] = [];
  const position = forEachLine(path, (line) => first.push(line));
  appendFileSync(path, 'ee\nfour\n');
  const more: string[] = [];
  forEachLine(path, (line) => more.push(line), position);
  expect([first, more]).toEqual([
    ['one', 'two'],
    ['three', 'four'],
  ]);
});

test('a journal that is not there is an error of the file system', () => {
  expect(() => readJournal(join(temporaryFolder(), 'nowhere'))).toThrow('ENOENT');
});
