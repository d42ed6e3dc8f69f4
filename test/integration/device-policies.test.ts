import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RunMetrics } from '../../electron/engine/records/metrics/metrics-document.ts';
import type { DeviceRef } from '../../shared/device.ts';
import { HEADLESS } from '../helpers/built-command.ts';
import { EngineRig, worker } from '../helpers/engine-rig.ts';
import type { RigRun } from '../helpers/rig-run.ts';
import { StandInMachine } from '../helpers/stand-in-tools.ts';
import { until } from '../helpers/until.ts';

/** A rig on a machine with two recorded NVIDIA cards, which a test can change. */
function twoCards(env: Record<string, string> = {}) {
  const machine = new StandInMachine().install('nvidia-smi', 'two-mixed');
  onTestFinished(() => machine.remove());
  const path = `${machine.env['PATH'] ?? ''}:/usr/bin:/bin`;
  const folder = machine.env['STANDIN_NVIDIA'] ?? '';
  const rig = new EngineRig({ env: { STANDIN_NVIDIA: folder, PATH: path, ...env } });
  const table = readFileSync(join(folder, 'query-gpu.csv'), 'utf8');
  const lines = table.trimEnd().split('\n');
  return {
    rig,
    machine,
    table,
    /** The table without a card. */
    without: (index: number) => `${lines.filter((line) => !line.startsWith(`${index}, `)).join('\n')}\n`,
    setTable: (text: string) => machine.steer('nvidia-smi', 'query-gpu.csv', text),
    setProcesses: (text: string) =>
      machine.steer('nvidia-smi', 'compute-apps.csv', `pid, gpu_uuid, used_memory [MiB], process_name\n${text}`),
  };
}

/** What was said of a run itself, as its metrics keep it. */
function toldOf(run: RigRun): string[] {
  const { problems } = JSON.parse(readFileSync(join(run.directory, 'metrics.json'), 'utf8')) as RunMetrics;
  return problems.flatMap(({ worker, text }) => (worker === 'run' ? [text] : []));
}

function devicesOf(run: RigRun): DeviceRef[] {
  return run.state().steps.flatMap(({ workers }) => workers.map(({ device }) => device));
}

/** Why a run could not go on. */
function whyNot(run: RigRun): string | undefined {
  return run.runLog().find(({ fields }) => fields?.['reason'] === 'no-device')?.message;
}

/** Waits for a file `go` beside the item, then copies. */
const WAITS =
  '. "$0"; while read -r line; do item "$line"; while [ ! -e "${file%/*}/go" ]; do sleep 0.05; done; cp "$file" "$output"; report complete "$file"; done';
const waits = { command: ['sh', '-c', WAITS, worker('queue-item.sh')], outputs: ['{stem}.out'], retries: 0 };

describe('a device that vanishes', () => {
  it('leaves the pool, its item goes to the other one without an attempt, and it returns when the driver names it again', async () => {
    const { rig, without, setTable, table } = twoCards({ DROVER_RESTART_PAUSE_MS: '50' });
    const files = { 'a.txt': 'aaa', 'b.txt': 'bb', 'c.txt': 'c' };
    const run = await rig.start({ steps: [waits], files, devices: 'all' });
    await until(() => run.eventsOf('dispatched').length === 2, 'both workers to be at work');
    setTable(without(1));
    await until(() => run.eventsOf('device-left').length === 1, 'the device to leave');
    expect(run.eventsOf('device-left')).toMatchObject([
      { rank: 1, reason: 'device-lost: nvidia-smi no longer names GPU 1 (NVIDIA GeForce RTX 3090)' },
    ]);
    await until(() => run.eventsOf('worker-ended').length === 1, 'its worker to end');
    expect((await run.status()).workers[1]).toMatchObject({
      reason: 'device-lost',
      waiting: expect.stringMatching(/^left the pool: /),
    });
    setTable(table);
    await until(() => run.eventsOf('worker-starting').length === 3, 'a new worker on the device');
    rig.write({ 'in/go': '' });
    expect(await run.ended()).toMatchObject({ status: 'completed', items: { complete: 3 } });
    expect(run.eventsOf('device-returned')).toMatchObject([{ rank: 1 }]);
    expect(run.items().map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
  });
});

describe('a device that fails', () => {
  it('leaves after three workers in a row, its items go to the other, and the journal says why', async () => {
    const script = `[ "$DROVER_RANK" = 0 ] && { echo "RuntimeError: CUDA error: all CUDA-capable devices are busy or unavailable" >&2; exit 1; }; cp "$1" "$2"; sleep 0.3`;
    const step = {
      dispatch: 'each',
      command: ['sh', '-c', script, 'sh', '{file}', '{output}'],
      outputs: ['{stem}.out'],
      retries: 0,
    };
    const files = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`f${index}.txt`, 'x'.repeat(index + 1)]));
    const run = await twoCards().rig.run({ steps: [step], files, devices: 'all' });
    expect(run.eventsOf('device-left')[0]).toMatchObject({
      rank: 0,
      reason:
        '3 workers in a row failed from it: device-busy: GPU 0: RuntimeError: CUDA error: all CUDA-capable devices are busy or unavailable',
    });
    expect(run.items().filter(({ status }) => status === 'complete').length).toBeGreaterThanOrEqual(7);
  });

  it('is called by its real number where the program calls it 0', async () => {
    const script = `[ "$DROVER_RANK" = 0 ] && exec cp "$1" "$2"; echo "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 9.00 GiB. GPU 0 has a total capacity of 23.65 GiB" >&2; exit 1`;
    const step = {
      dispatch: 'list',
      command: ['sh', '-c', script, 'sh', '{manifest}', '{output_dir}/{rank}.out'],
      retries: 0,
    };
    const run = await twoCards().rig.run({ steps: [step], files: { 'a.txt': 'aa', 'b.txt': 'b' }, devices: 'all' });
    const failed = run.items().find(({ status }) => status === 'failed');
    expect(failed?.failure?.evidence).toMatch(
      /^GPU 1 \(number 0 of the program\): torch\.OutOfMemoryError: CUDA out of memory/,
    );
  });
});

describe('a device without enough free memory', () => {
  const step = { ...waits, workers_per_device: 1, min_free_memory_gib: 4 };

  it('lets a worker wait, says who holds it, and starts it when it is free', async () => {
    const { rig, table, setTable, setProcesses } = twoCards();
    const run = await rig.start({
      steps: [{ ...step, workers_per_device: 2 }],
      files: { 'a.txt': 'aa', 'b.txt': 'b' },
      devices: '1',
    });
    await until(() => run.eventsOf('worker-waiting').length === 1, 'the second worker to wait');
    // The first has not allocated anything yet: what it needs is kept for it.
    expect(run.eventsOf('worker-waiting')).toMatchObject([
      {
        start: 1,
        until: null,
        reason:
          'GPU 1 has 5.8 GiB of memory free, of which 4.0 GiB are kept for workers that are loading; 4.0 GiB are needed; others hold: python (process 90211) 17.8 GiB',
      },
    ]);
    const waiting = (await run.status()).workers.find(({ status }) => status === 'pending');
    expect(waiting?.waiting).toContain('GPU 1 has 5.8 GiB of memory free');
    setProcesses('');
    setTable(table.replace('18231, 5911', '1024, 23000'));
    await until(() => run.eventsOf('worker-starting').length === 2, 'the second worker to start');
    rig.write({ 'in/go': '' });
    expect((await run.ended()).status).toBe('completed');
  });
});

describe('a device that a step does without', () => {
  it('is told of with the reason, beside whatever else is told of the run', async () => {
    const { rig } = twoCards({ DROVER_LOG_BUDGET: '1KiB' });
    const script = 'seq 1000; cp "$1" "$2"';
    const step = {
      dispatch: 'each',
      command: ['sh', '-c', script, 'sh', '{file}', '{output}'],
      outputs: ['{stem}.out'],
    };
    const run = await rig.run({ steps: [{ ...step, min_free_memory_gib: 8 }], devices: 'all' });
    expect(devicesOf(run).map(({ index }) => index)).toEqual([0]);
    const told = toldOf(run).join('\n');
    expect(told).toContain('GPU 1 has 5.8 GiB of memory free; 8.0 GiB are needed; others hold: python (process 90211)');
    expect(told).toContain('the logs of this run take');
  });

  it('is used by the next step where its memory is free by then', async () => {
    const { rig, table } = twoCards();
    const roomy = table.replace('18231, 5911', '1024, 23000');
    const first = rig.write({ 'roomy.csv': roomy });
    const frees = [
      'sh',
      '-c',
      'cp "$3" "$STANDIN_NVIDIA/query-gpu.csv"; cp "$1" "$2"',
      'sh',
      '{file}',
      '{output}',
      first,
    ];
    const steps = [
      { name: 'one', dispatch: 'each', device: 'none', command: frees, outputs: ['{name}'] },
      { ...waits, name: 'two', inputs: 'previous', min_free_memory_gib: 8 },
    ];
    const run = await rig.start({ steps, files: { 'a.txt': 'a', 'b.txt': 'b' }, devices: 'all' });
    await until(() => run.eventsOf('step-started').length === 2, 'the second step');
    expect(run.eventsOf('step-started')[1]?.devices.map(({ index }) => index)).toEqual([0, 1]);
    await run.stop(true);
  });
});

describe('a run whose devices are not what they were at its launch', () => {
  const SLOW = { ...waits, retries: 3 };
  const files = { 'a.txt': 'aa', 'b.txt': 'b' };
  const driverGone =
    "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.\n";

  async function stopped(devices: string) {
    const cards = twoCards();
    const run = await cards.rig.start({ steps: [SLOW], files, devices });
    await until(() => run.eventsOf('dispatched').length > 0, 'a worker to be at work');
    await run.stop(true);
    cards.rig.write({ 'in/go': '' });
    return { ...cards, run };
  }

  it('goes on with those that were named and are there, by their UUIDs, and with no other', async () => {
    const { run, setTable, table } = await stopped('1');
    // The first card is gone, so the second is counted as the first now.
    setTable(table.replace(/^0, .*\n/m, '').replace(/^1, /m, '0, '));
    expect(await run.resume()).toMatchObject({ status: 'completed' });
    expect(new Set(devicesOf(run).map(({ name }) => name))).toEqual(new Set(['NVIDIA GeForce RTX 3090']));
  });

  it('does not go on with a card that nobody has named', async () => {
    const { run, without, setTable } = await stopped('1');
    setTable(without(1));
    expect(await run.resume()).toMatchObject({ status: 'failed', items: { pending: 2 } });
    expect(whyNot(run)).toContain(
      'GPU 1 (NVIDIA GeForce RTX 3090) cannot be used: the driver does not name it any more',
    );
  });

  it('says which of all are missing and goes on with the others', async () => {
    const { run, without, setTable } = await stopped('all');
    setTable(without(0));
    expect(await run.resume()).toMatchObject({ status: 'completed' });
    const told = toldOf(run).join('\n');
    expect(told).toContain('GPU 0 (NVIDIA RTX A2000 12GB) cannot be used');
  });

  it('does not go on with processors when the driver is gone, and says what to do; then it goes on', async () => {
    const { run, machine } = await stopped('all');
    machine.steer('nvidia-smi', 'fail.txt', driverGone);
    expect(await run.resume()).toMatchObject({ status: 'failed', items: { pending: 2, complete: 0 } });
    expect(whyNot(run)).toContain('cannot reach the NVIDIA driver');
    machine.unsteer('nvidia-smi', 'fail.txt');
    expect(await run.resume()).toMatchObject({ status: 'completed' });
  });

  it('is not told as completed where an input has changed since and no device is there to do it again', async () => {
    const { run, rig, machine } = await stopped('all');
    expect(await run.resume()).toMatchObject({ status: 'completed' });
    machine.steer('nvidia-smi', 'fail.txt', driverGone);
    expect(await run.resume()).toMatchObject({ status: 'completed' });
    rig.write({ 'in/a.txt': 'changed since\n' });
    expect(await run.resume()).toMatchObject({ status: 'failed' });
    expect(whyNot(run)).toContain('cannot reach the NVIDIA driver');
    machine.unsteer('nvidia-smi', 'fail.txt');
    expect(await run.resume()).toMatchObject({ status: 'completed' });
    expect(run.eventsOf('items-reset')).toHaveLength(1);
  });

  it('keeps its workers when its engine is gone and the driver says nothing', async () => {
    const { rig, machine } = twoCards();
    const other = new EngineRig({ env: rig.env, home: rig.home, headless: HEADLESS });
    const started = await other.engine.startRun({
      ...rig.request({ steps: [waits], files, devices: '0' }),
      detach: true,
    });
    if (!started.ok) throw new Error(started.error.message);
    const run = rig.of(started.value);
    await until(() => run.eventsOf('dispatched').length === 1, 'the worker to be at work');
    process.kill(run.eventsOf('owner-taken')[0]?.pid ?? 0, 'SIGKILL');
    await until(async () => (await run.status()).status === 'interrupted', 'the end of the engine');
    machine.steer('nvidia-smi', 'fail.txt', driverGone);
    const resuming = run.resume();
    await until(() => run.eventsOf('owner-taken').length === 2, 'the next engine');
    rig.write({ 'in/go': '' });
    expect(await resuming).toMatchObject({ status: 'completed', items: { complete: 2 } });
    expect(run.eventsOf('worker-starting')).toHaveLength(1);
    expect(toldOf(run).join()).toContain('its workers go on');
  });

  it('is told of at its launch when the driver answers nothing and processors stand in', async () => {
    const { rig, machine } = twoCards();
    machine.steer('nvidia-smi', 'fail.txt', driverGone);
    rig.write({ 'in/go': '' });
    const run = await rig.run({ steps: [waits], files, devices: 'all' });
    const told = toldOf(run).join('\n');
    expect(told).toContain('nvidia-smi cannot reach the NVIDIA driver, so no NVIDIA device is used.');
    expect(told).toContain('The run uses CPU slots.');
  });
});

describe('a worker that the kernel killed', () => {
  it('ran out of main memory where the kernel log says so', async () => {
    const { rig } = twoCards();
    const dmesg =
      '#!/bin/sh\n[ -e "$HOME/killed" ] || exit 1\nread -r pid < "$HOME/killed"\necho "[9999999.0] Memory cgroup out of memory: Killed process $pid (python) total-vm:9kB"\n';
    const bin = rig.write({ 'bin/dmesg': dmesg });
    const script = 'echo "$$" > "$HOME/killed.new"; mv "$HOME/killed.new" "$HOME/killed"; kill -KILL $$';
    const step = { dispatch: 'each', command: ['/bin/sh', '-c', script], retries: 0 };
    rig.env['PATH'] = `${join(bin, '..')}:${rig.env['PATH'] ?? ''}`;
    chmodSync(bin, 0o755);
    const run = await rig.run({ steps: [step], devices: 'cpu:1' });
    expect(run.item('a.txt').failure).toMatchObject({
      reason: 'host-out-of-memory',
      evidence: expect.stringMatching(/^Memory cgroup out of memory: Killed process \d+ \(python\)/),
    });
  });
});
