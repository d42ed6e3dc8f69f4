import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { followJournal } from '../../../../../electron/engine/observe/follow-journal.ts';
import type { RunEvent } from '../../../../../shared/run/run-events.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';
import { until } from '../../../../helpers/until.ts';

/** An event of 1,000 items, more than 100 kB. */
function itemsFrom(first: number): RunEvent {
  const items = Array.from({ length: 1_000 }, (_, place) => {
    const file = `/data/a folder with a long name/sample-${first + place}.fasta`;
    return { item: first + place, file, size: 1, mtime_ms: 2, cost: 3, relative_dir: '', origin: file };
  });
  return { type: 'items', time: 't', step: 1, items };
}

function lines(events: readonly RunEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

const EVENTS = Array.from({ length: 30 }, (_, place) => itemsFrom(place * 1_000));

/** A journal of all events, and what a follower of it has been told. */
function follow(inTurns: boolean) {
  const path = join(temporaryFolder(), 'journal.ndjson');
  writeFileSync(path, lines(EVENTS));
  const told = { batches: [] as RunEvent[][], wholes: 0 };
  const onRead = (): void => void (told.wholes += 1);
  const follower = followJournal(path, (events) => told.batches.push(events), ...(inTurns ? [onRead] : []));
  follower.read();
  return { told, follower };
}

test('a long journal comes in small batches, each event once and in order', () => {
  const { told, follower } = follow(false);
  expect(told.batches.flat()).toEqual(EVENTS);
  expect(Math.max(...told.batches.map((batch) => batch.length))).toBeLessThanOrEqual(3);
  follower.stop();
});

test('who wants to know when all has come gets a part of it in each turn', async () => {
  const { told, follower } = follow(true);
  expect(told.batches.flat().length).toBeLessThan(EVENTS.length);
  expect(told.wholes).toBe(0);
  await until(() => told.wholes > 0);
  expect(told.batches.flat()).toEqual(EVENTS);
  expect(Math.max(...told.batches.map((batch) => batch.length))).toBeLessThanOrEqual(3);
  follower.stop();
});

test('what is appended while a journal is read in turns comes too, and nothing comes after the end', async () => {
  const path = join(temporaryFolder(), 'journal.ndjson');
  writeFileSync(path, lines(EVENTS.slice(0, 20)));
  const seen: RunEvent[] = [];
  let wholes = 0;
  const follower = followJournal(
    path,
    (events) => seen.push(...events),
    () => void (wholes += 1),
  );
  follower.read();
  appendFileSync(path, lines(EVENTS.slice(20, 25)));
  await until(() => seen.length >= 25);
  expect(seen).toEqual(EVENTS.slice(0, 25));
  expect(wholes).toBeGreaterThan(0);
  appendFileSync(path, lines(EVENTS.slice(25)));
  follower.stop();
  await nextTurn();
  await nextTurn();
  expect(seen.length).toBe(25);
});
