import fs, { fstatSync, readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openJournal } from '../../../../../electron/engine/run-directory/journal-writer.ts';
import type { RunEventBody } from '../../../../../shared/run/run-events.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const STOP: RunEventBody = { type: 'stop-requested', by: 'a person', force: false };

/**
 * Watches the real fdatasync: how many calls began, and how long the file was when the latest finished call began.
 * @param onBegin called right after a sync has begun
 */
function watchSyncs({ failFirst = false, onBegin = () => {} }: { failFirst?: boolean; onBegin?: () => void } = {}): {
  begun: number;
  coveredBytes: number;
} {
  const seen = { begun: 0, coveredBytes: 0 };
  const real = fs.fdatasync;
  const spy = vi.spyOn(fs, 'fdatasync').mockImplementation((file, callback) => {
    seen.begun += 1;
    const { size } = fstatSync(file);
    if (failFirst && seen.begun === 1) {
      setImmediate(() => callback(new Error('EIO: i/o error, fdatasync')));
      return;
    }
    real(file, (error) => {
      seen.coveredBytes = size;
      callback(error);
    });
    onBegin();
  });
  // Named imports of built-in modules see the change only after this.
  syncBuiltinESMExports();
  onTestFinished(() => {
    spy.mockRestore();
    syncBuiltinESMExports();
  });
  return seen;
}

function open(): { path: string; journal: ReturnType<typeof openJournal>; told: (string | null)[] } {
  const path = join(temporaryFolder(), 'journal.ndjson');
  const told: (string | null)[] = [];
  return { path, told, journal: openJournal({ path, onTrouble: (message) => told.push(message) }) };
}

test('`synced` resolves when a sync that began after the last event has finished', async () => {
  const seen = watchSyncs();
  const { path, journal } = open();
  for (let round = 0; round < 3; round += 1) {
    journal.append(STOP);
    const size = readFileSync(path).length;
    await journal.synced();
    expect(seen.coveredBytes).toBe(size);
  }
  await journal.close();
});

test('an event that comes while a sync is under way is not on the disk with it', async () => {
  const begun = Promise.withResolvers<void>();
  const seen = watchSyncs({ onBegin: () => begun.resolve() });
  const { path, journal } = open();
  journal.append(STOP);
  await begun.promise;
  journal.append(STOP);
  const size = readFileSync(path).length;
  await journal.synced();
  expect(seen.coveredBytes).toBe(size);
  await journal.close();
});

test('events that come together share a sync', async () => {
  const seen = watchSyncs();
  const { journal } = open();
  await Promise.all(
    Array.from({ length: 1_000 }, () => {
      journal.append(STOP);
      return journal.synced();
    }),
  );
  expect(seen.begun).toBe(1);
  await journal.close();
});

test('what nobody waits for is synced all the same', async () => {
  const seen = watchSyncs();
  const { path, journal } = open();
  journal.append(STOP);
  await expect.poll(() => seen.coveredBytes).toBe(readFileSync(path).length);
  await journal.close();
});

test('nothing to sync resolves at once', async () => {
  const seen = watchSyncs();
  const { journal } = open();
  await journal.synced();
  await journal.close();
  expect(seen.begun).toBe(0);
});

test('a sync that fails is told and tried again, and nobody is told meanwhile that his event is on the disk', async () => {
  const seen = watchSyncs({ failFirst: true });
  const { path, journal, told } = open();
  journal.append(STOP);
  await journal.synced();
  expect(told).toEqual([expect.stringContaining('EIO'), null]);
  expect(seen.coveredBytes).toBe(readFileSync(path).length);
  await journal.close();
});
