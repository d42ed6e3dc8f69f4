import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MemoryAdmission } from '../../../../../electron/engine/hosts/memory-admission.ts';
import type { HostedWorker } from '../../../../../electron/engine/hosts/worker-host.ts';
import type { Device } from '../../../../../shared/device.ts';

const GIB = 1024 ** 3;
const CARD = 24 * GIB;
const LOOK_MS = 2_000;
/** Plays are long enough for a few workers to come and go. */
const PLAY_MS = 60_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** What a play is made of; times in milliseconds. */
interface Play {
  others: number;
  needed: number;
  /** More or less than what the pipeline says. */
  uses: number;
  /** Before each of the two questions is answered, one after the other. */
  delays: number[];
  loads: number[];
  works: number[];
  canSee: boolean;
}

const tenths = (min: number, max: number) => fc.integer({ min: min * 10, max: max * 10 }).map((value) => value / 10);
const times = (max: number) => fc.array(fc.nat({ max }), { minLength: 8, maxLength: 8 });
const plays: fc.Arbitrary<Play> = fc.record({
  others: tenths(0, 16),
  needed: fc.constant(8),
  uses: tenths(3, 8),
  delays: times(2_000),
  loads: times(6_000),
  works: times(9_000),
  canSee: fc.boolean(),
});

/** A card with four workers: each asks until it is let in, loads, works, and ends; then it asks again. @returns the most that was in use */
async function peakOf({ others, needed, uses, delays, loads, works, canSee }: Play): Promise<number> {
  const used = new Map<number, number>();
  let peak = others * GIB;
  let question = 0;
  const pick = (values: readonly number[], turn: number): number => values[turn % values.length] ?? 0;
  const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  const inUse = () => [...used.values()].reduce((sum, bytes) => sum + bytes, others * GIB);
  const grow = (pid: number, bytes: number) => {
    used.set(pid, bytes);
    peak = Math.max(peak, inUse());
  };

  /** As nvidia-smi is asked: first for the processes, then for the cards; each is as it was at some moment of the delay. */
  const detect = async (): Promise<Device[]> => {
    question += 1;
    const [first, second] = [pick(delays, question), pick(delays, question + 3)];
    await sleep(first / 2);
    const processes = [...used]
      .filter(() => canSee)
      .map(([pid, bytes]) => ({ pid, name: 'w', memory_used: bytes, ours: true }));
    await sleep(first / 2 + second / 2);
    const free = CARD - inUse();
    await sleep(second / 2);
    return [
      { kind: 'nvidia', index: 0, uuid: 'GPU-1', name: 'card', memory_free: free, processes } as unknown as Device,
    ];
  };

  const device = { kind: 'nvidia' as const, index: 0, uuid: 'GPU-1', name: 'card' };
  // Every start is a process of its own.
  const pids = new Map<number, number>();
  let lastPid = 100;
  const workers: HostedWorker[] = Array.from({ length: 4 }, (_, rank) => ({
    rank,
    id: `worker_${rank}`,
    device,
    identity: null,
  }));
  const admission = new MemoryAdmission({
    needed: needed * GIB,
    detect,
    snapshot: async () => ({ membersOf: () => [] }),
    membersOf: ({ rank }) => [pids.get(rank) ?? []].flat(),
  });

  const end = performance.now() + PLAY_MS;
  const live = async (worker: HostedWorker): Promise<void> => {
    for (let turn = worker.rank; performance.now() < end; turn += 1) {
      if ((await admission.refusal(worker)) !== null) {
        await sleep(LOOK_MS);
        continue;
      }
      lastPid += 1;
      const pid = lastPid;
      pids.set(worker.rank, pid);
      // Half of it comes with the model, the rest with the first batch.
      await sleep(pick(loads, turn));
      grow(pid, (uses * GIB) / 2);
      await sleep(pick(loads, turn + 2));
      grow(pid, uses * GIB);
      admission.settle(worker);
      await sleep(pick(works, turn));
      used.delete(pid);
      pids.delete(worker.rank);
      admission.free(worker);
    }
  };
  const all = Promise.all(workers.map(live));
  await vi.advanceTimersByTimeAsync(PLAY_MS * 2);
  await all;
  admission.close();
  return peak;
}

it('workers that are let in never need more than the card has, however late its answers are', async () => {
  await fc.assert(
    fc.asyncProperty(plays, async (play) => {
      expect(await peakOf(play)).toBeLessThanOrEqual(CARD);
    }),
    { numRuns: 100 },
  );
});

it('of four workers of 8.5 GB beside 6.5 GB of others, two are let in', async () => {
  const play = { others: 6.5, needed: 8, uses: 8.5, works: [9_000], canSee: true };
  for (const delay of [0, 350, 700, 2_000]) {
    for (const load of [0, 300, 1_000, 5_000])
      expect(await peakOf({ ...play, delays: [delay], loads: [load] })).toBe(23.5 * GIB);
  }
});
