import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { processTable } from '../../electron/engine/processes/this-process-table.ts';
import { isOwned, lastOwner } from '../../electron/engine/run-directory/owner-file.ts';
import { race, startTaker, type Taker } from '../helpers/run-takers.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const table = processTable();

/** Takers at once; more than the cores of a small machine, so that some are interrupted in the middle. */
const TAKERS = 4;

function startTakers(): Promise<Taker[]> {
  return Promise.all(Array.from({ length: TAKERS }, startTaker));
}

test('of several processes that take a new run at once exactly one wins', async () => {
  const takers = await startTakers();
  for (let round = 0; round < 100; round += 1) {
    const directory = temporaryFolder();
    const winners = await race(takers, directory);
    expect(winners).toHaveLength(1);
    expect(lastOwner(directory)?.pid).toBe(winners[0]?.process.pid);
    await winners[0]?.release();
  }
});

test('of several processes that take a released run at once exactly one wins, again and again', async () => {
  const takers = await startTakers();
  const directory = temporaryFolder();
  for (let round = 0; round < 100; round += 1) {
    const winners = await race(takers, directory);
    expect(winners).toHaveLength(1);
    expect(lastOwner(directory)?.pid).toBe(winners[0]?.process.pid);
    expect(isOwned(directory, table)).toBe(true);
    await winners[0]?.release();
    expect(isOwned(directory, table)).toBe(false);
  }
});

test('of several processes that take the run of a killed owner at once exactly one wins', async () => {
  const takers = await startTakers();
  const directory = temporaryFolder();
  for (let round = 0; round < 12; round += 1) {
    const winners = await race(takers, directory);
    expect(winners).toHaveLength(1);
    const [winner] = winners;
    if (winner === undefined) return;
    await winner.kill();
    expect(isOwned(directory, table)).toBe(false);
    takers.splice(takers.indexOf(winner), 1, await startTaker());
  }
});

test('an owner that lives keeps the others out, and the message says who has the run', async () => {
  const [owner, other] = await Promise.all([startTaker(), startTaker()]);
  const directory = temporaryFolder();
  expect(await owner.take(directory)).toBe('won');
  expect(await other.take(directory)).toEqual({ refused: 'run-active' });
  const published = JSON.parse(readFileSync(join(directory, 'owner.json'), 'utf8'));
  expect(published).toMatchObject({ pid: owner.process.pid, released: false });
});
