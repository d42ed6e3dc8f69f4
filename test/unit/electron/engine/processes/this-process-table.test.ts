import { expect, test } from 'vitest';
import type { ProcessTable } from '../../../../../electron/engine/processes/process-table.ts';
import { sharedSnapshot } from '../../../../../electron/engine/processes/this-process-table.ts';

/** A table that counts its snapshots. */
function countingTable(): ProcessTable & { snapshots: number } {
  return {
    snapshots: 0,
    hasSignals: true,
    seesEnvironment: true,
    pidNamespace: () => null,
    showsOwnNumbers: () => true,
    hasKernelNumbers: () => true,
    sightElsewhere: () => 'unknown',
    carriesMark: () => false,
    bootId: () => 'boot',
    startTime: () => null,
    snapshot() {
      this.snapshots += 1;
      return { membersOf: () => [] };
    },
    groupExists: () => false,
    signalGroup: () => false,
    signalProcess: () => false,
  };
}

test('all who ask in one turn share a snapshot, which is taken after they asked', async () => {
  const table = countingTable();
  const asked = [sharedSnapshot(table), Promise.resolve().then(() => sharedSnapshot(table))];
  expect(table.snapshots).toBe(0);
  const [first, second] = await Promise.all(asked);
  expect(first).toBe(second);
  expect(table.snapshots).toBe(1);
});

test('who asks later gets a new snapshot', async () => {
  const table = countingTable();
  const first = await sharedSnapshot(table);
  expect(await sharedSnapshot(table)).not.toBe(first);
  expect(table.snapshots).toBe(2);
});
