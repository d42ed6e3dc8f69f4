import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openComponentLog } from '../../../../../electron/engine/logs/component-log.ts';
import { asctime, renderComponentLine } from '../../../../../electron/engine/logs/render-component-line.ts';
import { eventually } from '../../../../helpers/until.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-component-'));
});
afterEach(() => rm(folder, { recursive: true }));

const now = (): Date => new Date('2026-11-21T05:15:00.123Z');

async function lines(path: string): Promise<unknown[]> {
  const text = await readFile(path, 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

describe('openComponentLog', () => {
  it('writes a first line, then what it is given, as JSON lines', async () => {
    const path = join(folder, 'orchestrator.log');
    const log = openComponentLog({ path, component: 'orchestrator', run: 'r', step: 1, now });
    log.write('WARNING', 'worker exited', { exit_code: 3 }, { worker: 'worker_0' });
    await log.close();
    const head = { time: '2026-11-21T05:15:00.123Z', component: 'orchestrator', run: 'r', step: 1 };
    expect(await lines(path)).toEqual([
      { ...head, level: 'INFO', worker: null, message: `orchestrator logging initialized: ${path}` },
      { ...head, level: 'WARNING', worker: 'worker_0', message: 'worker exited', fields: { exit_code: 3 } },
    ]);
    expect(log.lost).toBe(0);
  });

  it('reaches the file without being closed', async () => {
    const path = join(folder, 'run.log');
    const log = openComponentLog({ path, component: 'run', run: 'r', step: null });
    await eventually(async () => expect(await readFile(path, 'utf8')).toContain('initialized'));
    await log.close();
  });

  it('appends, and begins a new line after one that was cut off', async () => {
    const path = join(folder, 'run.log');
    await writeFile(path, '{"half":');
    await openComponentLog({ path, component: 'run', run: 'r', step: null }).close();
    const text = await readFile(path, 'utf8');
    expect(text.split('\n')).toHaveLength(3);
    expect(text.startsWith('{"half":\n{"time"')).toBe(true);
  });

  it('keeps every line in order when much is written at once', async () => {
    const path = join(folder, 'metrics.log');
    const log = openComponentLog({ path, component: 'metrics', run: 'r', step: 1 });
    for (let index = 0; index < 5_000; index += 1) log.write('DEBUG', 'sample', { index });
    await log.close();
    const fields = (await lines(path)).slice(1).map((line) => (line as { fields: { index: number } }).fields.index);
    expect(fields).toEqual(Array.from({ length: 5_000 }, (_, index) => index));
  });

  it('never throws: what cannot be written is counted and said once', async () => {
    const onProblem = vi.fn<(message: string) => void>();
    const path = join(folder, 'nowhere', 'run.log');
    const log = openComponentLog({ path, component: 'run', run: 'r', step: null, onProblem });
    log.write('INFO', 'lost');
    await log.close();
    expect(log.lost).toBe(2);
    expect(onProblem).toHaveBeenCalledOnce();
    expect(onProblem.mock.calls[0]?.[0]).toContain(path);
  });

  it.runIf(process.platform === 'linux')('counts the lines that a full disk does not take', async () => {
    const onProblem = vi.fn<(message: string) => void>();
    const log = openComponentLog({ path: '/dev/full', component: 'run', run: 'r', step: null, onProblem });
    log.write('INFO', 'one');
    await log.close();
    expect(log.lost).toBe(2);
    expect(onProblem).toHaveBeenCalledOnce();
    expect(onProblem.mock.calls[0]?.[0]).toContain('no space left');
  });

  it('writes what JSON cannot hold in some way', async () => {
    const path = join(folder, 'run.log');
    const log = openComponentLog({ path, component: 'run', run: 'r', step: null });
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    log.write('INFO', 'circular', circular);
    log.write('INFO', 'big', { value: 10n });
    await log.close();
    expect(await lines(path)).toMatchObject([{}, { message: 'circular' }, { fields: { value: '10' } }]);
  });
});

describe('renderComponentLine', () => {
  it('reads like a line of a Python program', async () => {
    const path = join(folder, 'run.log');
    const log = openComponentLog({ path, component: 'orchestrator', run: 'r', step: 1, now });
    log.write('INFO', 'item done', { file: '/a b', seconds: 1.5, tags: ['x'], none: null }, { worker: 'worker_2' });
    await log.close();
    await appendFile(path, 'not JSON\n');
    const rendered = (await readFile(path, 'utf8')).trimEnd().split('\n').map(renderComponentLine);
    expect(rendered.slice(1)).toEqual([
      `${asctime(now())} - orchestrator - INFO - item done worker=worker_2 file="/a b" seconds=1.5 tags=["x"] none=null`,
      'not JSON',
    ]);
  });

  it('leaves other JSON alone', () => {
    for (const line of ['{}', '[1]', 'null', '{"time":"soon","component":"a","level":"INFO","message":"m"}'])
      expect(renderComponentLine(line)).toBe(line);
  });

  it('writes times in local time to the millisecond', () => {
    expect(asctime(new Date(2026, 10, 21, 5, 15, 0, 7))).toBe('2026-11-21 05:15:00,007');
  });
});
