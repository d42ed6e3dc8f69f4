import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Report, reportSchema } from '../../shared/run/report.ts';
import { RESOURCES } from '../helpers/import-resource.ts';
import { naiveFrequencies } from '../helpers/naive-kmers.ts';
import { readNpy } from '../helpers/read-npy.ts';
import { eventually } from '../helpers/until.ts';
import { pythonMissing, runWorkerProgram, startWorkerProgram } from '../helpers/worker-program.ts';

const WORKER = join(RESOURCES, 'workers/kmer-embed.mjs');
const SAMPLES = join(RESOURCES, 'samples');
const PYTHON_READER = join(import.meta.dirname, '../fixtures/workers-helpers/read_npy.py');

let folder = '';
let env: Record<string, string> = {};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drover-kmer-'));
  env = { DROVER_REPORT_FILE: join(folder, 'reports.ndjson') };
});
afterEach(() => rmSync(folder, { recursive: true }));

function worker(...args: string[]): string[] {
  return [process.execPath, WORKER, ...args];
}

function item(file: string): { file: string; output: string; attempt: number } {
  const stem = basename(file)
    .replace(/\.gz$/, '')
    .replace(/\.\w+$/, '');
  return { file, output: join(folder, 'out', `${stem}.npy`), attempt: 1 };
}

function input(name: string, content: string | Buffer): { file: string; output: string; attempt: number } {
  const file = join(folder, name);
  writeFileSync(file, content);
  return item(file);
}

function finalReports(): Report[] {
  const lines = readFileSync(join(folder, 'reports.ndjson'), 'utf8').trimEnd().split('\n');
  const all = lines.map((line) => reportSchema.parse(JSON.parse(line)));
  return all.filter(({ status }) => status === 'complete' || status === 'failed');
}

describe('the worker kmer-embed', () => {
  it('embeds what it can and goes on after a file that it cannot embed', async () => {
    const items = [
      input('good.fa', '>a first\nACGTNACG\r\nTT\n>b\nacgu\n>c\n'),
      input('hello.fa', 'hello\n'),
      input('empty.fa', ''),
      input('cut.fa.gz', gzipSync('>a\nACGTACGT\n').subarray(0, -4)),
      item(join(folder, 'missing.fa')),
      input('reads.fq.gz', gzipSync('@r1 x\nACGT\n+\n@@@@\n')),
    ];
    const ended = await runWorkerProgram(worker('--k', '2'), items, { env });
    expect(ended).toMatchObject({ code: 0, stdout: '' });
    const out = join(folder, 'out');
    expect(
      finalReports().map(({ file, status, outputs, error, metrics }) => ({
        file: basename(file),
        status,
        outputs,
        error,
        metrics,
      })),
    ).toEqual([
      {
        file: 'good.fa',
        status: 'complete',
        outputs: [join(out, 'good.npy'), join(out, 'good.ids.txt')],
        metrics: { sequences: 2, bases: 14, skipped_sequences: 1, skipped_ids: ['c'] },
      },
      {
        file: 'hello.fa',
        status: 'failed',
        error: expect.stringContaining('hello.fa: line 1: it is neither FASTA nor FASTQ'),
      },
      { file: 'empty.fa', status: 'failed', error: expect.stringContaining('empty.fa: it holds no sequences') },
      { file: 'cut.fa.gz', status: 'failed', error: expect.stringContaining('its gzip data ends too early') },
      { file: 'missing.fa', status: 'failed', error: expect.stringContaining('no such file') },
      {
        file: 'reads.fq.gz',
        status: 'complete',
        outputs: [join(out, 'reads.npy'), join(out, 'reads.ids.txt')],
        metrics: { sequences: 1, bases: 4 },
      },
    ]);
    const expected = ['ACGTNACGTT', 'ACGT'].map((sequence) => naiveFrequencies(sequence, 2));
    expect(readNpy(join(out, 'good.npy'))).toEqual({ shape: [2, 10], rows: expected });
    expect(readFileSync(join(out, 'good.ids.txt'), 'utf8')).toBe('a\nb\n');
    expect(readdirSync(out).toSorted()).toEqual(['good.ids.txt', 'good.npy', 'reads.ids.txt', 'reads.npy']);
  });

  it.skipIf(pythonMissing !== '')(`writes what Python reads as well${pythonMissing}`, async () => {
    const { file, output } = item(join(SAMPLES, 'soft-masked.fa'));
    await runWorkerProgram(worker(), [{ file, output }], { env });
    const read = spawnSync('python3', [PYTHON_READER, output], { encoding: 'utf8', maxBuffer: 2 ** 26 });
    expect(read.stderr).toBe('');
    expect(JSON.parse(read.stdout)).toEqual(readNpy(output));
  });

  it('embeds every sample: a row of 136 numbers that add up to 1 for each sequence', async () => {
    const samples = readdirSync(SAMPLES).filter((name) => !name.endsWith('.mjs'));
    await runWorkerProgram(
      worker(),
      samples.map((name) => item(join(SAMPLES, name))),
      { env },
    );
    expect(finalReports().map(({ status }) => status)).toEqual(samples.map(() => 'complete'));
    for (const { file, outputs } of finalReports()) {
      const { shape, rows } = readNpy(outputs?.[0] ?? '');
      const ids = readFileSync(outputs?.[1] ?? '', 'utf8');
      expect(ids).toBe(idsOf(file));
      expect(shape).toEqual([ids.trimEnd().split('\n').length, 136]);
      for (const row of rows) expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
    }
  });

  it('keeps its lines in the log that Drover gives it, each once', async () => {
    const logs = join(folder, 'logs');
    mkdirSync(logs);
    const descriptor = openSync(join(logs, 'worker_1.log'), 'a');
    const stdin = `${JSON.stringify(input('good.fa', '>a\nACGT\n'))}\n${JSON.stringify(input('bad.fa', 'x'))}\n`;
    const ended = spawnSync(process.execPath, [WORKER], {
      input: stdin,
      stdio: ['pipe', descriptor, descriptor],
      env: { ...process.env, ...env, DROVER_RANK: '1', DROVER_LOG_DIR: logs },
    });
    closeSync(descriptor);
    expect(ended.status).toBe(0);
    const lines = readFileSync(join(logs, 'worker_1.log'), 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => line.replace(/^[\d-]+ [\d:,]+ - /, '').replace(/in [\d.]+ s$/, 'in T s'))).toEqual([
      'Worker 1 - kmer-embed - INFO - k-mer table loaded: k = 4, 136 canonical k-mers',
      'Worker 1 - kmer-embed - INFO - good.fa: 1 sequences, 4 bases in T s',
      expect.stringMatching(/^Worker 1 - kmer-embed - ERROR - bad\.fa: line 1: it is neither FASTA nor FASTQ/),
    ]);
  });

  it('ends at SIGTERM in the middle of a file and leaves no part of an output', async () => {
    // With k = 8 these sequences make far more rows than can be written before the signal.
    const long = input('long.fa', `>s\n${'ACGTTGCAAC'.repeat(20)}\n`.repeat(100_000));
    const program = startWorkerProgram(worker('--k', '8'), { env });
    program.send(long);
    const partial = join(folder, 'out', '.partial.long.npy');
    await eventually(() => expect(statSync(partial).size).toBeGreaterThan(128));
    program.process.kill('SIGTERM');
    expect(await program.ended).toMatchObject({ signal: 'SIGTERM' });
    expect(readdirSync(join(folder, 'out'))).toEqual([]);
    expect(finalReports()).toEqual([]);
  });

  it('run by hand writes into the current folder, and its status says whether all went well', async () => {
    writeFileSync(join(folder, 'a.fa'), '>a\nACGT\n');
    const good = await runWorkerProgram(worker('--k', '1', 'a.fa'), [], { cwd: folder });
    expect(good.code).toBe(0);
    expect(good.stderr).toContain('a.fa: 1 sequences, 4 bases');
    expect(readNpy(join(folder, 'a.npy')).rows).toEqual([[0.5, 0.5]]);
    const bad = await runWorkerProgram(worker('missing.fa', 'a.fa'), [], { cwd: folder });
    expect(bad.code).toBe(1);
    expect(readNpy(join(folder, 'a.npy')).shape).toEqual([1, 136]);
  });

  it.each([
    [['--k', '9'], '--k must be a whole number from 1 to 8, found: 9'],
    [['--k', 'four'], 'found: four'],
    [['--size', '4'], 'Usage: kmer-embed.mjs'],
  ])('refuses %o with status 2', async (args, sentence) => {
    const ended = await runWorkerProgram(worker(...args), []);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(sentence);
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });
});

function idsOf(file: string): string {
  const bytes = readFileSync(file);
  const lines = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().split('\n');
  const headers = lines.filter((line, at) => (file.endsWith('.fq') ? at % 4 === 0 : line.startsWith('>')));
  return headers
    .filter((line) => line !== '')
    .map((line) => `${line.slice(1).split(' ')[0]}\n`)
    .join('');
}
