import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { registerLogsCommand } from '../../../../../electron/cli/commands/logs.ts';
import { componentLog, workerLog } from '../../../../../electron/engine/run-directory/paths.ts';
import { makeRun } from '../../../../helpers/make-run.ts';
import { type CommandOutcome, quietEngine, runCommand } from '../../../../helpers/run-command.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

/** A data folder with one ended run of two workers. */
function madeRun(): { directory: string; logs: (...words: string[]) => Promise<CommandOutcome> } {
  const home = temporaryFolder();
  const directory = makeRun(join(home, 'runs'));
  const engine = quietEngine(home);
  return { directory, logs: (...words) => runCommand(registerLogsCommand, ['logs', 'last', ...words], { engine }) };
}

describe('drover logs', () => {
  test('shows the tail of every worker, each line with its worker', async () => {
    const { directory, logs } = madeRun();
    writeFileSync(workerLog(directory, 1, 0), Array.from({ length: 30 }, (_, index) => `line ${index}\n`).join(''));
    const { stdout, status } = await logs();
    expect(status).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toBe('worker_0 | line 10');
    expect(lines[19]).toBe('worker_0 | line 29');
    expect(lines[20]).toBe('worker_1 | Worker 1 - log of a made run');
  });

  test('shows of one source as many lines as asked for, without prefix', async () => {
    const { directory, logs } = madeRun();
    writeFileSync(workerLog(directory, 1, 0), 'one\ntwo\nthree');
    expect((await logs('worker_0', '--tail', '2')).stdout).toBe('two\nthree\n');
    expect((await logs('worker_0', '--tail', '0')).stdout).toBe('');
    expect((await logs('worker_0', '--tail', 'all')).stdout).toBe('one\ntwo\nthree\n');
  });

  test('shows with --raw the bytes as they are', async () => {
    const { directory, logs } = madeRun();
    const bytes = Buffer.from([49, 13, 50, 10, 27, 91, 109, 0, 255, 10, 51]);
    writeFileSync(workerLog(directory, 1, 0), bytes);
    expect((await logs('worker_0', '--raw')).bytes).toEqual(bytes);
    expect((await logs('worker_0', '--raw', '--tail', 'all')).bytes).toEqual(bytes);
    expect((await logs('worker_0', '--raw', '--grep', '\\x1b')).bytes).toEqual(bytes.subarray(4, 10));
  });

  test('searches the whole source', async () => {
    const { directory, logs } = madeRun();
    const lines = Array.from({ length: 100 }, (_, index) => `${index} ${index % 25 === 0 ? 'error' : 'fine'}\n`);
    writeFileSync(workerLog(directory, 1, 0), lines.join(''));
    expect((await logs('worker_0', '--grep', '^\\d+ err')).stdout).toBe('0 error\n25 error\n50 error\n75 error\n');
    expect((await logs('worker_0', '--grep', 'error', '--tail', '2')).stdout).toBe('50 error\n75 error\n');
    expect((await logs('--grep', 'error')).stdout).toMatch(/^(worker_0 \| \d+ error\n){4}$/);
    const hits = (await logs('worker_0', '--grep', '75', '--json')).stdout;
    const offset = lines.slice(0, 75).join('').length;
    expect(JSON.parse(hits)).toEqual({ source: 'worker_0', step: 1, offset, line: 76, text: '75 error' });
  });

  test('ends well without a hit, and badly with a pattern that is none', async () => {
    const { logs } = madeRun();
    expect(await logs('--grep', 'nowhere')).toMatchObject({ status: 0, stdout: '' });
    const refused = await logs('--grep', '[');
    expect(refused).toMatchObject({ status: 2, stdout: '' });
    expect(refused.stderr).toContain('regular expression');
  });

  test('shows what was printed about one item', async () => {
    const { logs } = madeRun();
    const all = await logs('worker_1', '--tail', 'all', '--raw');
    // The journal of a made run says that each item printed 40 bytes.
    const item = await logs('--item', 'sample-000003.fasta', '--raw');
    expect(item.bytes).toEqual(all.bytes.subarray(40, 80));
    expect(item.stderr).toContain('Attempt 1 of 1 at /data/genomes/sample-000003.fasta: worker_1');
    expect(await logs('worker_0', '--item', 'sample-000003.fasta')).toMatchObject({ status: 0, stdout: '' });
    const hit = await logs('--item', '/data/genomes/sample-000003.fasta', '--grep', 'sample');
    expect(hit.stdout).toBe('complete sample-000003\n');
  });

  test('refuses what does not exist with status 2 and says what does', async () => {
    const { logs } = madeRun();
    expect(await logs('worker_9')).toMatchObject({ status: 2, stdout: '' });
    expect((await logs('worker_9')).stderr).toContain('in step 1: worker_0, worker_1');
    expect(await logs('--step', '4')).toMatchObject({ status: 2 });
    expect(await logs('--item', 'no.fasta')).toMatchObject({ status: 2 });
    expect(await logs('--item', 'sample-000003.fasta', '--attempt', '2')).toMatchObject({ status: 2 });
    expect(await logs('run', '--item', 'sample-000003.fasta')).toMatchObject({ status: 2 });
  });

  test('following a run that has ended ends after the tail', async () => {
    const { logs } = madeRun();
    const { status, stdout } = await logs('worker_1', '--follow', '--tail', '1');
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'complete sample-000003.fasta\n' });
    expect(await logs('worker_9', '--follow')).toMatchObject({ status: 2 });
  });

  test('renders component logs for people, and leaves them alone in JSON', async () => {
    const { directory, logs } = madeRun();
    const record = { time: '2026-11-21T05:15:00.123Z', level: 'INFO', component: 'adapter', message: 'began' };
    writeFileSync(componentLog(directory, 1, 'adapter'), `${JSON.stringify(record)}\nnot JSON\n`);
    expect((await logs('adapter')).stdout).toMatch(/ - adapter - INFO - began\nnot JSON\n$/);
    const [first = ''] = (await logs('adapter', '--json')).stdout.split('\n');
    expect(JSON.parse(first)).toMatchObject({ source: 'adapter', text: JSON.stringify(record) });
  });
});
