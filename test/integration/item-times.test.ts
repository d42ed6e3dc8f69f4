import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EngineRig, worker } from '../helpers/engine-rig.ts';

const HELPER = join(import.meta.dirname, '../../resources/workers/drover-worker.mjs');
const ITEMS = 24;

/** The engine gets no more turns than on a machine with sixteen times as much to do as it can: for so long it does nothing, and then little. */
function beBusy(): void {
  const busy = setInterval(() => {
    const end = performance.now() + 150;
    while (performance.now() < end);
  }, 160);
  onTestFinished(() => clearInterval(busy));
}

const files = Object.fromEntries(
  Array.from({ length: ITEMS }, (_, index) => [`f${index}.txt`, String(20 + ((index * 37) % 60))]),
);

describe('what an item took', () => {
  it.each([
    ['queue', HELPER],
    ['queue', 'none'],
    ['list', HELPER],
    ['list', 'none'],
    ['each', HELPER],
  ] as const)(
    'is what a worker with %s and helper %s measured, however late its reports are read',
    async (dispatch, helper) => {
      const rig = new EngineRig();
      const ledger = join(rig.folder, 'ledger');
      const rest = dispatch === 'list' ? ['{manifest}'] : [];
      const command =
        dispatch === 'each'
          ? [
              'sh',
              '-c',
              'printf \'{{"file":"%s","output":"%s"}}\\n\' "$3" "$4" | "$0" "$1" "$2" "$5"',
              '{node}',
              worker('measures-itself.mjs'),
              helper,
              '{file}',
              '{output}',
              ledger,
            ]
          : ['{node}', worker('measures-itself.mjs'), helper, ledger, ...rest];
      beBusy();
      const run = await rig.run({
        steps: [{ dispatch, command, outputs: ['{stem}.out'], retries: 0 }],
        files: dispatch === 'each' ? { 'a.txt': '40', 'b.txt': '20' } : files,
      });
      expect((await run.status()).status).toBe('completed');
      const measured = new Map(
        readFileSync(ledger, 'utf8')
          .trim()
          .split('\n')
          .map((line) => {
            const { file, seconds } = JSON.parse(line) as { file: string; seconds: number };
            return [file, seconds];
          }),
      );
      const items = run.items();
      const sum = items.reduce((total, { seconds }) => total + (seconds ?? 0), 0);
      const own = [...measured.values()].reduce((total, seconds) => total + seconds, 0);
      expect(sum).toBeGreaterThanOrEqual(0.9 * own);
      // Where the worker's own clock is known, each item has its own time. Without it what is read in two looks at once cannot be told apart in a
      // list; their sum can, and items that are handed out one by one have a time of their own.
      const knowsOwn = helper === HELPER && dispatch !== 'each';
      const wrong = items.filter(({ file, seconds }) =>
        knowsOwn
          ? Math.abs((seconds ?? 0) - (measured.get(file) ?? 0)) > 0.05
          : dispatch !== 'list' && (seconds ?? 0) < 0.001,
      );
      expect(wrong.map(({ file, seconds }) => ({ file, seconds, measured: measured.get(file) }))).toEqual([]);
    },
  );
});
