import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findLogs } from '../../electron/engine/logs/find-log-sources.ts';
import { searchRuns } from '../../electron/engine/logs/search/search-runs.ts';
import type { RunPlace } from '../../electron/engine/run-directory/run-places.ts';
import { type RunsSearchHit, type RunsSearchResult, searchPlace } from '../../shared/contract/queries.ts';
import { patience } from '../helpers/patience.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

type Search = Parameters<typeof searchRuns>[0];

/** Run folders, the newest first, each with logs by name. */
function makeRuns(runs: readonly Readonly<Record<string, string>>[]): RunPlace[] {
  const folder = temporaryFolder();
  return runs.map((logs, index) => {
    const run = `20261121-0515${String(59 - index).padStart(2, '0')}-000-abcd`;
    const directory = join(folder, run);
    for (const [name, text] of Object.entries(logs)) {
      const path = join(directory, 'logs', `${name}.log`);
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, text);
    }
    return { run, pipeline: 'find', directory };
  });
}

async function look(places: RunPlace[], more: Partial<Search>): Promise<RunsSearchResult> {
  const answer = await searchRuns({
    places,
    pattern: 'needle',
    limit: 1_000,
    source: null,
    from: null,
    lend: (directory, take) => take(findLogs(directory)),
    signal: new AbortController().signal,
    maxMs: 60_000,
    ...more,
  });
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value;
}

/** All answers to a search, each from where the one before has ended. */
async function lookToEnd(places: RunPlace[], more: Partial<Search>) {
  const answers: RunsSearchResult[] = [];
  for (let from: string | null = null; ; ) {
    const answer = await look(places, { ...more, from });
    answers.push(answer);
    from = answer.next;
    if (from === null) return answers;
    expect(searchPlace.safeParse(from).success).toBe(true);
    expect(answer.left).toBe(places.filter(({ run }) => run <= (from ?? '').slice(0, run.length)).length);
  }
}

const place = ({ run, step, source, line, offset, text }: RunsSearchHit) => [run, step, source, line, offset, text];

describe('a search in many runs', () => {
  it('finds every line once, with its number, however often it ends for lack of room and goes on', async () => {
    const line = fc.constantFrom('a needle', 'nothing', 'needle\r', '', 'é needle é');
    const text = fc.array(line, { maxLength: 5 }).map((lines) => lines.join('\n'));
    const logs = fc.dictionary(
      fc.constantFrom('run', 'step_001/worker_0', 'step_001/worker_1', 'step_002/worker_0'),
      text,
    );
    await fc.assert(
      fc.asyncProperty(fc.array(logs, { maxLength: 3 }), fc.integer({ min: 2, max: 6 }), async (runs, limit) => {
        const places = makeRuns(runs);
        const whole = await look(places, {});
        const parts = await lookToEnd(places, { limit });
        expect(parts.flatMap(({ hits }) => hits.map(place))).toEqual(whole.hits.map(place));
        expect(whole.hits).toHaveLength(JSON.stringify(runs).split('needle').length - 1);
        expect(whole).toMatchObject({ runs: runs.length, next: null, left: 0, unsearched: [] });
        expect(parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(whole.bytes);
      }),
      { numRuns: 10 },
    );
  });

  it('goes on in the middle of a log when its time is over, and gets on each time', async () => {
    const filler = `${'x'.repeat(63)}\n`.repeat(20_000);
    const places = makeRuns([
      { 'step_001/worker_0': `needle 1\n${filler}needle 2\n${filler}needle 3\n` },
      { run: 'needle 4\n' },
    ]);
    // A pattern that takes its time with every line, so that one answer is not enough.
    const answers = await lookToEnd(places, { pattern: '(?:x|y)+z|needle', maxMs: 0, stallMs: 60_000 });
    expect(answers.flatMap(({ hits }) => hits.map(({ text, line }) => [text, line]))).toEqual([
      ['needle 1', 1],
      ['needle 2', 20_002],
      ['needle 3', 40_003],
      ['needle 4', 1],
    ]);
    expect(answers.length).toBeGreaterThan(1);
  });

  it('names the log in which a pattern does not get on, and searches the others', async () => {
    const places = makeRuns([
      { 'step_001/worker_0': `needle 1\n${'a'.repeat(60)}!\n`, 'step_001/worker_1': 'needle 2\n' },
      { run: 'needle 3\n' },
    ]);
    const { hits, unsearched, next } = await look(places, { pattern: '(a+)+$|needle', stallMs: patience(400) });
    expect(hits.map(({ text }) => text)).toEqual(expect.arrayContaining(['needle 2', 'needle 3']));
    expect(unsearched).toMatchObject([{ run: places[0]?.run, step: 1, source: 'worker_0', reason: 'slow' }]);
    expect(next).toBeNull();
  });

  it('names what may not be read, and searches the others', async () => {
    const places = makeRuns([{ 'step_001/worker_0': '' }, { 'step_001/worker_0': 'needle\n' }]);
    const closed = places[0]?.directory ?? '';
    const message = 'EACCES: permission denied';
    const lend: Search['lend'] = (directory, take) =>
      take(
        directory === closed
          ? {
              logs: [{ source: 'run', step: null, path: closed, size: 1 }],
              unreadable: [{ source: null, step: 1, message }],
            }
          : findLogs(directory),
      );
    const { hits, unsearched } = await look(places, { lend });
    expect(hits).toHaveLength(1);
    expect(unsearched).toMatchObject([
      { source: null, step: 1, reason: 'unreadable', message },
      { source: 'run', step: null, reason: 'unreadable', message: expect.stringContaining('EISDIR') as string },
    ]);
    const ofWorkers = await look(places, { lend, source: 'worker_0' });
    expect(ofWorkers.unsearched).toMatchObject([{ source: null, step: 1 }]);
  });

  it('says of how many logs it took the first hits only', async () => {
    const places = makeRuns([{ run: 'needle\n'.repeat(21), 'step_001/worker_0': 'needle\n'.repeat(19) }]);
    expect(await look(places, {})).toMatchObject({ cut: 1, next: null });
  });

  it('starts one thread for any number of logs', async () => {
    const logs = Array.from({ length: 150 }, (_, rank) => [`step_001/worker_${rank}`, 'needle\n'.repeat(30)]);
    const places = makeRuns([Object.fromEntries(logs) as Record<string, string>]);
    let started = 0;
    const count = (): void => {
      started += 1;
    };
    subscribe('worker_threads', count);
    try {
      expect((await look(places, { limit: 10_000 })).hits).toHaveLength(150 * 20);
    } finally {
      unsubscribe('worker_threads', count);
    }
    expect(started).toBe(1);
  });
});
