import { appendFileSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type JournalWriter, openJournal } from '../../../../../electron/engine/run-directory/journal-writer.ts';
import { parseEvent, readJournal } from '../../../../../electron/engine/run-directory/read-journal.ts';
import type { RunEventBody } from '../../../../../shared/run/run-events.ts';
import { runInSmallDisk, smallDiskMissing } from '../../../../helpers/small-disk.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const STOP: RunEventBody = { type: 'stop-requested', by: 'größer ✓', force: false };

interface Opened {
  path: string;
  journal: JournalWriter;
  told: (string | null)[];
}

function open(path = join(temporaryFolder(), 'journal.ndjson'), torn = false): Opened {
  const told: (string | null)[] = [];
  const now = (): Date => new Date('2026-11-21T05:15:00.000Z');
  const journal = openJournal({ path, onTrouble: (message) => told.push(message), now }, torn);
  return { path, journal, told };
}

function lines(path: string): string[] {
  return readFileSync(path, 'utf8').split('\n').slice(0, -1);
}

test('an event is stamped and stands in the file when `append` returns', async () => {
  const { path, journal } = open();
  const event = journal.append(STOP);
  expect(event).toEqual({ ...STOP, time: '2026-11-21T05:15:00.000Z' });
  expect(lines(path).map(parseEvent)).toEqual([event]);
  await journal.close();
});

test('a torn tail is closed, so that it stays alone', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'journal.ndjson');
  appendFileSync(path, '{"type":"stop-requested","by":"whole","force":false,"time":"t"}\n{"type":"stop-re');
  const { wholeBytes } = readJournal(path);
  expect(statSync(path).size).toBeGreaterThan(wholeBytes);
  const { journal } = open(path, true);
  journal.append(STOP);
  await journal.close();
  const found = lines(path);
  expect(found).toHaveLength(3);
  expect(found.map((line) => parseEvent(line) !== null)).toEqual([true, false, true]);
  expect(readJournal(path)).toMatchObject({ damagedLines: 1, wholeBytes: statSync(path).size });
});

test('a torn tail is closed even when nothing follows', async () => {
  const path = join(temporaryFolder(), 'journal.ndjson');
  appendFileSync(path, '{"type"');
  await open(path, true).journal.close();
  expect(lines(path)).toHaveLength(1);
  expect(readFileSync(path, 'utf8')).toMatch(/^\{"type".*\n$/);
});

test('a tail that lacks its newline alone does not become a line after all', async () => {
  const path = join(temporaryFolder(), 'journal.ndjson');
  appendFileSync(path, '{"type":"stop-requested","by":"cut","force":false,"time":"t"}');
  expect(readJournal(path)).toMatchObject({ wholeBytes: 0, damagedLines: 0 });
  const { journal } = open(path, true);
  journal.append(STOP);
  await journal.close();
  expect(lines(path).map((line) => parseEvent(line) !== null)).toEqual([false, true]);
});

test('whoever waits for the disk does not wait for the group commit as well', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const { journal } = open();
  const begun = performance.now();
  for (let wait = 0; wait < 3; wait += 1) {
    journal.append(STOP);
    const synced = journal.synced();
    vi.advanceTimersByTime(0);
    await synced;
  }
  expect(performance.now()).toBe(begun);
  const closed = journal.close();
  vi.advanceTimersByTime(0);
  await closed;
});

test('a journal is only for the eyes of its owner', async () => {
  const { path, journal } = open();
  await journal.close();
  expect(statSync(path).mode & 0o077).toBe(0);
});

test('a journal that cannot be opened is an error of the file system', () => {
  expect(() => open(join(temporaryFolder(), 'nowhere', 'journal.ndjson'))).toThrow('ENOENT');
});

test.skipIf(process.platform !== 'linux')(
  'a disk that refuses everything is told once, and nobody is told that it is synced',
  async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    // Every write to /dev/full fails as on a full disk.
    const { journal, told } = open('/dev/full');
    for (let count = 0; count < 50; count += 1) journal.append(STOP);
    let synced = false;
    void journal.synced().then(() => {
      synced = true;
    });
    // In this time it is tried again many times.
    await vi.advanceTimersByTimeAsync(60_000);
    expect({ synced, told: told.length }).toEqual({ synced: false, told: 1 });
    expect(told[0]).toContain('ENOSPC');
    await journal.close();
  },
);

test.skipIf(smallDiskMissing !== '')(
  `when a full disk takes lines again, every event stands there whole and in order${smallDiskMissing}`,
  async () => {
    const { output, files } = await runInSmallDisk('test/fixtures/journal/full-disk.ts', ['journal.ndjson']);
    const { told, texts, toldWhenSynced } = JSON.parse(output);
    expect(told).toEqual([expect.stringContaining('ENOSPC'), null]);
    expect(toldWhenSynced).toBe(2);
    const path = join(temporaryFolder(), 'journal.ndjson');
    appendFileSync(path, files['journal.ndjson'] ?? '');
    const found = lines(path).map(parseEvent);
    expect(found.map((event) => (event?.type === 'stop-requested' ? event.by : null))).toEqual(texts);
  },
);

test.skipIf(process.platform !== 'linux')('closing a journal leaves no file open', async () => {
  const { path, journal } = open();
  journal.append(STOP);
  expect(openFiles()).toContain(path);
  await journal.close();
  expect(openFiles()).not.toContain(path);
});

function openFiles(): string[] {
  return readdirSync('/proc/self/fd').map((number) => {
    try {
      return readlinkSync(`/proc/self/fd/${number}`);
    } catch {
      // The descriptor of the listing itself.
      return '';
    }
  });
}
