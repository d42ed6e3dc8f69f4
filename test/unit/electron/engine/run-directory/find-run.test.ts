import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findRun } from '../../../../../electron/engine/run-directory/find-run.ts';
import { unreadableFolders, unreadableProblem } from '../../../../../electron/engine/run-directory/run-places.ts';
import type { Problem } from '../../../../../shared/problem.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const OLD = '20261120-100000-000-aaaa';
const NEW = '20261121-100000-000-bbbb';
const NEWEST = '20261121-110000-000-cccc';

function runsWith(...places: [pipeline: string, run: string][]): string {
  const runs = temporaryFolder();
  for (const [pipeline, run] of places) mkdirSync(join(runs, pipeline, run), { recursive: true });
  return runs;
}

const three = (): string => runsWith(['beta', OLD], ['alpha', NEW], ['beta', NEWEST]);

function find(runs: string, text: string, active: string[] = [], prefer: 'newest' | 'active' = 'newest'): string {
  const result = findRun({
    runs,
    text,
    prefer,
    isActive: (directory) => active.some((run) => directory.endsWith(run)),
  });
  return result.ok ? result.value.run : result.error.reason;
}

function problemOf(runs: string, text: string): Problem {
  const result = findRun({ runs, text, prefer: 'newest', isActive: () => false });
  if (result.ok) throw new Error(`${text} was found`);
  return result.error;
}

test('an id and an unambiguous beginning of one find the run and its directory', () => {
  const runs = three();
  const found = { ok: true, value: { run: NEW, directory: join(runs, 'alpha', NEW) } };
  expect(findRun({ runs, text: NEW, prefer: 'newest', isActive: () => false })).toEqual(found);
  expect(find(runs, '20261121-10')).toBe(NEW);
  expect(find(runs, '20261120')).toBe(OLD);
});

test('last is the newest over all pipelines, or the newest active one where that is wanted', () => {
  const runs = three();
  expect(find(runs, 'last')).toBe(NEWEST);
  expect(find(runs, 'last', [OLD, NEW])).toBe(NEWEST);
  expect(find(runs, 'last', [OLD, NEW], 'active')).toBe(NEW);
  expect(find(runs, 'last', [], 'active')).toBe(NEWEST);
});

test('an ambiguous beginning names the candidates', () => {
  const problem = problemOf(three(), '20261121');
  expect(problem.reason).toBe('ambiguous-run');
  expect(problem.message).toContain(`${NEWEST} (beta), ${NEW} (alpha)`);
});

test('an unknown run names the newest few', () => {
  const problem = problemOf(three(), '2025');
  expect(problem.reason).toBe('unknown-run');
  expect(problem.message).toContain(NEWEST);
});

test('without any run, the message says where it looked', () => {
  const runs = join(temporaryFolder(), 'missing');
  for (const text of ['last', OLD]) expect(problemOf(runs, text).message).toContain(runs);
});

test.each(['..', '../..', `../alpha/${NEW}`, `alpha/${NEW}`, '/etc', '2026/..', '', 'LAST', '-h', `${NEW}\n`, '2026*'])(
  '%j is refused',
  (text) => {
    expect(problemOf(three(), text).reason).toBe('unknown-run');
  },
);

test('whatever is typed, what is found lies in the folder of runs', () => {
  const runs = three();
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\d./-]{1,20}$/)), (text) => {
      const result = findRun({ runs, text, prefer: 'newest', isActive: () => false });
      expect(!result.ok || [OLD, NEW, NEWEST].includes(result.value.run)).toBe(true);
    }),
  );
});

test('links, files and folders with other names are no runs', () => {
  const runs = runsWith(['alpha', OLD], ['alpha', 'notes'], ['Alpha_2', NEW], ['.git', NEW]);
  const outside = runsWith(['gamma', NEWEST]);
  symlinkSync(join(outside, 'gamma'), join(runs, 'gamma'));
  symlinkSync(join(outside, 'gamma', NEWEST), join(runs, 'alpha', NEWEST));
  writeFileSync(join(runs, 'alpha', NEW), '');
  expect(find(runs, 'last')).toBe(OLD);
  expect(find(runs, NEWEST)).toBe('unknown-run');
});

describe('a folder of runs that cannot be read', () => {
  // Root may read everything, so these are unreadable for another reason than want of permission.
  test('is told in place of that there are no runs', () => {
    const folder = temporaryFolder();
    const runs = join(folder, 'runs');
    writeFileSync(runs, '');
    expect(unreadableFolders(runs)).toEqual([{ folder: runs, why: expect.stringContaining('ENOTDIR') }]);
    const found = findRun({ runs, text: 'last', prefer: 'newest', isActive: () => false });
    expect(found).toMatchObject({
      ok: false,
      error: { reason: 'data-folder', message: expect.stringContaining(runs) },
    });
  });

  test('is not what is merely not there', () => {
    const runs = join(temporaryFolder(), 'runs');
    expect(unreadableFolders(runs)).toEqual([]);
    expect(unreadableProblem([])).toBeNull();
  });

  test.runIf(process.getuid?.() === 0)(
    'for want of permission is named with what to do, for a pipeline’s alone too',
    async () => {
      const folder = temporaryFolder();
      chmodSync(folder, 0o755);
      mkdirSync(join(folder, 'runs/kmer-embedding'), { recursive: true, mode: 0o755 });
      mkdirSync(join(folder, 'runs/closed'), { mode: 0o700 });
      const code = join(import.meta.dirname, '../../../../..');
      const script = `import('${code}/electron/engine/run-directory/run-places.ts').then(({ unreadableFolders }) => {
      process.setuid(65534);
      console.log(JSON.stringify(unreadableFolders(process.argv[1])));
    })`;
      const { stdout } = await execa(process.execPath, ['-e', script, join(folder, 'runs')]);
      expect(JSON.parse(stdout)).toEqual([{ folder: join(folder, 'runs/closed'), why: 'permission denied' }]);
    },
  );
});
