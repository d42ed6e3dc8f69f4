import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { followFile } from '../../electron/engine/logs/follow-file.ts';
import { LogScanner } from '../../electron/engine/logs/scan/log-scanner.ts';
import type { ScanFindings } from '../../electron/engine/logs/scan/scan-messages.ts';
import { grepLog } from '../../electron/engine/logs/search/grep-log.ts';
import type { LogHit } from '../../shared/contract/logs.ts';
import { eventually } from '../helpers/until.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-logs-'));
  path = join(folder, 'worker_0.log');
});
afterEach(() => rm(folder, { recursive: true }));

/** A program that prints numbered lines, each tenth a warning, into a log by descriptor, as workers do. */
async function printInto(log: string, lines: number): Promise<void> {
  const fd = openSync(log, 'a');
  const program = `i=0; while [ $i -lt ${lines} ]; do i=$((i+1)); case $i in *0) echo "WARNING: item $i";; *) echo "item $i";; esac; done`;
  const child = spawn('sh', ['-c', program], { stdio: ['ignore', fd, fd] });
  closeSync(fd);
  await new Promise((resolve) => child.once('exit', resolve));
}

describe('a log that a running program writes', () => {
  it('is followed to its last byte', async () => {
    const chunks: Uint8Array[] = [];
    const follower = followFile(path, { onBytes: ({ bytes }) => void chunks.push(bytes) });
    await printInto(path, 20_000);
    await follower.finish();
    expect(Buffer.concat(chunks).equals(await readFile(path))).toBe(true);
  });

  it('is scanned to its last line, several at once', async () => {
    const scanner = new LogScanner({ onFindings: () => undefined });
    try {
      const logs = [0, 1, 2].map((rank) => ({
        id: `worker_${rank}`,
        path: join(folder, `worker_${rank}.log`),
        from: 0,
      }));
      for (const log of logs) scanner.watch(log);
      await Promise.all(logs.map((log) => printInto(log.path, 5_000)));
      const totals = await Promise.all(logs.map((log) => scanner.finish(log.id)));
      for (const [index, { id, problems }] of totals.entries()) {
        expect(id).toBe(`worker_${index}`);
        expect(problems).toMatchObject([{ level: 'warning', text: 'WARNING: item 10', count: 500 }]);
      }
    } finally {
      await scanner.close();
    }
  });
});

describe('LogScanner', () => {
  it('tells findings while the log grows, and only what is new', async () => {
    const findings: ScanFindings[] = [];
    const scanner = new LogScanner({ onFindings: (found) => findings.push(...found) });
    try {
      scanner.watch({ id: 'w', path, from: 0 });
      await writeFile(path, 'WARNING: one\n');
      await eventually(() => expect(findings.flatMap((found) => found.problems)).toHaveLength(1));
      await appendFile(path, 'Token usage: input=3, output=4\n 45%|████▌     | 45/100 [00:10<00:12,  4.5it/s]');
      // However many pieces the growth is read in, the last one has all counts.
      await eventually(() =>
        expect(findings.at(-1)).toMatchObject({
          progress: { done: 45, total: 100 },
          accounts: { lines: { tokens: { input_tokens: 3, output_tokens: 4 } } },
        }),
      );
      expect(findings.flatMap((found) => found.problems)).toHaveLength(1);
    } finally {
      await scanner.close();
    }
  });

  it('keeps two starts of one id apart', async () => {
    const scanner = new LogScanner({ onFindings: () => undefined });
    try {
      const second = join(folder, 'second.log');
      await writeFile(path, 'ERROR: first\n');
      await writeFile(second, 'ERROR: second\n');
      scanner.watch({ id: 'w', path, from: 0 });
      const first = scanner.finish('w');
      scanner.watch({ id: 'w', path: second, from: 0 });
      expect((await first).problems.map((problem) => problem.text)).toEqual(['ERROR: first']);
      expect((await scanner.finish('w')).problems.map((problem) => problem.text)).toEqual(['ERROR: second']);
      await expect(scanner.finish('w')).rejects.toThrow('not being scanned');
    } finally {
      await scanner.close();
    }
  });

  it('fails what is still awaited when it is closed', async () => {
    const scanner = new LogScanner({ onFindings: () => undefined });
    scanner.watch({ id: 'w', path, from: 0 });
    const awaited = scanner.finish('w').then(
      () => null,
      (error: unknown) => error,
    );
    scanner.watch({ id: 'later', path, from: 0 });
    await scanner.close();
    expect(await awaited).toMatchObject({ message: 'The log scanner was closed' });
    await expect(scanner.finish('later')).rejects.toThrow('closed');
  });
});

describe('grepLog', () => {
  async function grep(pattern: string, options: Partial<Parameters<typeof grepLog>[2]> = {}) {
    const hits: LogHit[] = [];
    const result = await grepLog(path, pattern, { onHit: (hit) => void hits.push(hit), ...options });
    return { hits, result };
  }

  it('hands over hits in order, with offsets and, when asked, line numbers', async () => {
    await writeFile(path, 'a 1\nb 2\na 3\n');
    const { hits, result } = await grep('^a \\d', { lineNumbers: true });
    expect(hits).toEqual([
      { line: 1, offset: 0, text: 'a 1' },
      { line: 3, offset: 8, text: 'a 3' },
    ]);
    expect(result).toEqual({ ok: true, value: { hits: 2, searchedTo: 12, lines: 3, stopped: 'end' } });
  });

  it('hands over a great many hits to a slow reader, and stops at a limit', async () => {
    await writeFile(path, 'hit\n'.repeat(20_000));
    let taken = 0;
    const onHit = async (): Promise<void> => {
      taken += 1;
      await (taken % 1_000 === 0 ? new Promise((resolve) => setImmediate(resolve)) : undefined);
    };
    expect(await grepLog(path, 'hit', { onHit })).toMatchObject({ ok: true, value: { hits: 20_000, stopped: 'end' } });
    expect((await grep('hit', { limit: 7 })).result).toMatchObject({ value: { hits: 7, stopped: 'limit' } });
  });

  it('finds nothing in a log that does not exist yet', async () => {
    expect((await grep('x')).result).toEqual({
      ok: true,
      value: { hits: 0, searchedTo: 0, lines: null, stopped: 'end' },
    });
  });

  it('refuses an invalid pattern and what is no file', async () => {
    expect((await grep('(')).result).toMatchObject({ ok: false, error: { reason: 'invalid-usage' } });
    path = folder;
    expect((await grep('x')).result).toMatchObject({ ok: false, error: { reason: 'unreadable-input' } });
  });

  it('is ended by its signal even while a pattern backtracks for ever', async () => {
    await writeFile(path, `first\n${'a'.repeat(5_000)}\n`);
    const abort = new AbortController();
    // The second line would keep the expression busy for longer than anyone waits.
    const result = await grepLog(path, '^first$|^(a+)+b', { signal: abort.signal, onHit: () => abort.abort() });
    expect(result).toEqual({ ok: true, value: { hits: 1, searchedTo: 6, lines: null, stopped: 'aborted' } });
  });

  it('ends when its reader fails', async () => {
    await writeFile(path, 'hit\n');
    await expect(grepLog(path, 'hit', { onHit: () => Promise.reject(new Error('closed')) })).rejects.toThrow('closed');
  });
});
