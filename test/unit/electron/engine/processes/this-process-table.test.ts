import { expect, test } from 'vitest';
import type { ProcessTable } from '../../../../../electron/engine/processes/process-table.ts';
import { sharedLook } from '../../../../../electron/engine/processes/this-process-table.ts';

/** A table that counts how often somebody looks. */
function countingTable(): ProcessTable & { looks: number } {
  return {
    looks: 0,
    hasSignals: true,
    seesEnvironment: true,
    pidNamespace: () => null,
    showsOwnNumbers: () => true,
    hasKernelNumbers: () => true,
    sightElsewhere: () => 'unknown',
    carriesMark: () => false,
    bootId: () => 'boot',
    startTime: () => null,
    look() {
      this.looks += 1;
      return { membersOf: () => [] };
    },
    groupExists: () => false,
    signalGroup: () => false,
    signalProcess: () => false,
  };
}

test('all who ask in one turn share a look, which is taken after they asked', async () => {
  const table = countingTable();
  const asked = [sharedLook(table), Promise.resolve().then(() => sharedLook(table))];
  expect(table.looks).toBe(0);
  const [first, second] = await Promise.all(asked);
  expect(first).toBe(second);
  expect(table.looks).toBe(1);
});

test('who asks later looks again', async () => {
  const table = countingTable();
  const first = await sharedLook(table);
  expect(await sharedLook(table)).not.toBe(first);
  expect(table.looks).toBe(2);
});
