import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { CostCache } from '../../electron/engine/cost/cost-cache.ts';
import type { CostFile } from '../../electron/engine/cost/cost-file.ts';
import { estimateCosts } from '../../electron/engine/cost/estimate-costs.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { eventually } from '../helpers/until.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

function write(name: string, content: string | Buffer): CostFile {
  const file = join(folder, name);
  writeFileSync(file, content);
  const { size, mtimeMs } = statSync(file);
  return { file, size, mtime_ms: mtimeMs };
}

/** Whether a process is there and not a zombie that nobody has reaped yet. */
function isLive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const stat = process.platform === 'linux' ? readFileSync(`/proc/${pid}/stat`, 'utf8') : ') S';
    return !/\) Z/.test(stat);
  } catch {
    return false;
  }
}

async function openCache(): Promise<CostCache> {
  const cache = await CostCache.open(join(folder, 'cache', 'costs.sqlite'));
  if (cache === null) throw new Error('The cache could not be opened');
  onTestFinished(() => cache.close());
  return cache;
}

describe('costs', () => {
  test('by content come from threads in the order of the files, over several batches', async () => {
    const files = Array.from({ length: 1203 }, (_, index) => write(`${index}.fa`, '>s\nACGT\n'.repeat(index % 7)));
    const progress: number[] = [];
    const { costs, problems } = await estimateCosts({
      files,
      estimator: 'fasta-sequences',
      cache: null,
      threads: 2,
      onProgress: (done, total) => progress.push(done, total),
    });
    expect([...costs]).toEqual(files.map((_, index) => index % 7));
    expect(problems).toEqual([]);
    expect(progress.slice(-2)).toEqual([1203, 1203]);
  });

  test('by size need no file to be read', async () => {
    const missing = { file: join(folder, 'missing'), size: 5, mtime_ms: 0 };
    const { costs, problems } = await estimateCosts({ files: [missing], estimator: 'bytes', cache: null });
    expect([[...costs], problems]).toEqual([[5], []]);
  });

  test('of damaged files are problems that name them, while the others are counted', async () => {
    const whole = gzipSync('>a\nAC\n>b\nACGT\n');
    const files = [
      write('whole.fa.gz', whole),
      write('cut.fa.gz', whole.subarray(0, whole.length - 3)),
      { file: join(folder, 'gone.fa'), size: 1, mtime_ms: 0 },
      write('plain.fa', '>a\nA'),
    ];
    const { costs, problems } = await estimateCosts({ files, estimator: 'fasta-residues', cache: null });
    expect([...costs]).toEqual([6, 0, 0, 1]);
    expect(problems).toEqual([
      { index: 1, file: join(folder, 'cut.fa.gz'), message: expect.stringContaining('cut.fa.gz is cut off') },
      { index: 2, file: join(folder, 'gone.fa'), message: expect.stringContaining('gone.fa is not there any more') },
    ]);
  });

  test('are taken from the cache until a file changes, and failures are not remembered', async () => {
    const cache = await openCache();
    const file = write('a.fa', '>a\nAC\n');
    const cut = write('b.fa.gz', gzipSync('>a\n').subarray(0, 9));
    await estimateCosts({ files: [file, cut], estimator: 'fasta-sequences', cache });
    cache.store([{ file, cost: 41 }], 'fasta-sequences');
    const again = await estimateCosts({ files: [file, cut], estimator: 'fasta-sequences', cache });
    expect([[...again.costs], again.problems.length]).toEqual([[41, 0], 1]);
    const changed = write('a.fa', '>a\nAC\n>b\n');
    expect([...(await estimateCosts({ files: [changed], estimator: 'fasta-sequences', cache })).costs]).toEqual([2]);
  });
});

describe('a cost command', () => {
  test('is run once per file with its path, and only again when the file has changed', async () => {
    const cache = await openCache();
    const files = [write('one two.txt', 'x'), write('b.txt', 'xyz')];
    const estimator = { command: ['sh', '-c', 'echo run >> runs; wc -c < "$1"', 'sh', '{file}'] };
    const request = { files, estimator, cache, workingDirectory: folder };
    expect([...(await estimateCosts(request)).costs]).toEqual([1, 3]);
    expect([...(await estimateCosts(request)).costs]).toEqual([1, 3]);
    expect(statSync(join(folder, 'runs')).size).toBe('run\n'.length * 2);
  });

  test.each([
    ['printf "no idea"', /must print one number for .*a\.txt; it printed "no idea"/],
    ['echo -1', /must print one number/],
    ['true', /must print one number/],
    ['echo broken >&2; exit 3', /failed for .*a\.txt: .*exit code 3.* \(broken\)/],
  ])('that does not answer with a number (%s) is a problem with the file’s name', async (script, message) => {
    const files = [write('a.txt', 'x')];
    const { problems } = await estimateCosts({ files, estimator: { command: ['sh', '-c', script] }, cache: null });
    expect(problems).toEqual([{ index: 0, file: files[0]?.file, message: expect.stringMatching(message) }]);
  });

  test('that is not there is a problem', async () => {
    const estimator = { command: ['drover-no-such-program', '{file}'] };
    const { problems } = await estimateCosts({ files: [write('a.txt', 'x')], estimator, cache: null });
    expect(problems[0]?.message).toMatch(/a\.txt: .*ENOENT/);
  });
});

describe('an abort', () => {
  test('ends counting in the middle of a file', async () => {
    const stop = new AbortController();
    const large = write('large.fa', '>a\n');
    // Takes no space on the disk, and much longer to count than the test may last.
    large.size = 256 * 1024 ** 3;
    truncateSync(large.file, large.size);
    const small = write('small.fa', '>a\n');
    const counting = estimateCosts({
      files: [small, large],
      estimator: 'fasta-sequences',
      cache: null,
      threads: 2,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(counting).rejects.toThrow('abort');
  });

  test('ends a command that runs, and what it has started', async () => {
    const stop = new AbortController();
    const slow = 'sleep 600 & echo $! > pid; wait';
    const quick = 'until [ -s pid ]; do sleep 0.01; done; echo 1';
    const script = `case "$1" in *slow) ${slow};; *) ${quick};; esac`;
    const estimator = { command: ['sh', '-c', script, 'sh', '{file}'] };
    const costing = estimateCosts({
      files: [write('a.slow', ''), write('b.quick', '')],
      estimator,
      cache: null,
      threads: 2,
      workingDirectory: folder,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(costing).rejects.toThrow('abort');
    const sleeper = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    await eventually(() => expect(isLive(sleeper)).toBe(false));
  });
});
