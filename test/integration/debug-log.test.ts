import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connectInProcess } from '../../electron/engine/api/in-process.ts';
import { EngineRig, worker } from '../helpers/engine-rig.ts';

interface DebugLine {
  level: string;
  component: string;
  run: string | null;
  worker: string | null;
  message: string;
  fields: Readonly<Record<string, unknown>>;
}

/** Fails once, then works. */
const once = {
  dispatch: 'each',
  command: [
    'sh',
    '-c',
    'if test -e "$1.seen"; then cp "$1" "$2"; else touch "$1.seen"; exit 3; fi',
    '-',
    '{file}',
    '{output}',
  ],
  outputs: ['{stem}.out'],
  retries: 1,
};
const works = { dispatch: 'queue', command: ['{node}', worker('copies-queue.mjs')], outputs: ['{stem}.out'] };

function debugLines(rig: EngineRig): DebugLine[] {
  const text = readFileSync(join(rig.home, 'drover.log'), 'utf8');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as DebugLine]));
}

test('DROVER_LOG=debug writes into drover.log what was called, what was decided, and why', async () => {
  const rig = new EngineRig({ env: { DROVER_LOG: 'debug' } });
  const client = connectInProcess(rig.engine);
  const started = await client.startRun({ ...rig.request({ steps: [once], files: { 'a.txt': '1' } }), detach: false });
  if (!started.ok) throw new Error(started.error.message);
  const run = rig.of(started.value);
  await run.ended();
  const refused = await client.summary({ run: '20261121-051500-123-none' });
  if (refused.ok) throw new Error('there is such a run');
  const lines = debugLines(rig);
  const of = (component: string) => lines.filter((line) => line.component === component);
  expect(new Set(lines.map(({ level }) => level))).toEqual(new Set(['DEBUG']));
  const calls = of('api');
  expect(calls.find(({ message }) => message === 'startRun')?.fields).toMatchObject({
    milliseconds: expect.any(Number) as number,
    problem: null,
  });
  expect(calls.find(({ message }) => message === 'summary')?.fields['problem']).toBe(refused.error.message);
  expect(of('assignment').map(({ run: id, worker: rank, fields }) => [id, rank, fields['attempt']])).toEqual([
    [run.id, 'worker_0', 1],
    [run.id, 'worker_0', 2],
  ]);
  expect(of('orchestrator').find(({ message }) => message === 'attempt failed, trying again')?.fields).toMatchObject({
    reason: 'exit-code',
    as: 'WARNING',
  });
  expect(statSync(join(rig.home, 'drover.log')).mode & 0o077).toBe(0);
});

test('without it nothing is written there', async () => {
  const rig = new EngineRig();
  await rig.run({ steps: [works], files: { 'a.txt': '1' } });
  expect(existsSync(join(rig.home, 'drover.log'))).toBe(false);
});

test('a disk or a folder that takes no lines ends no run', async () => {
  const rig = new EngineRig({ env: { DROVER_LOG: 'debug' } });
  rig.write({ 'home/drover.log/in-the-way': '' });
  const run = await rig.run({ steps: [works], files: { 'a.txt': '1' } });
  expect((await run.status()).status).toBe('completed');
});
