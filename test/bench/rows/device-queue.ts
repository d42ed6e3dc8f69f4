import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastOwner } from '../../../electron/engine/run-directory/owner-file.ts';
import { QueueScene } from '../../faults/queue-scene.ts';
import type { Bench } from '../bench-context.ts';
import { median } from '../measure.ts';
import { cpuSeconds, output, peakOfEmptyNode, referenceCommand, timed } from '../processes.ts';
import { against, type Group, plainRow, type Row, timesRow } from '../row.ts';

const SECONDS = 30;
const QUICK_SECONDS = 5;
/** What the start of an engine has stirred up has settled by then (milliseconds). */
const SETTLE_MS = 12_000;
/** The run that has the card; it is stopped. */
const HOLDER_SECONDS = 600;
const TIMERS = 64;
const BYTES_PER_KB = 1_024;

/** Of an empty Node program, of an idle Node with timers, and of the memory of an empty Node program. */
const TARGETS = { begins: 12, idle: 1, memory: 1.4 };

/** A run that waits for a card: what it takes meanwhile, and how soon it begins. */
export const deviceQueue: Group = { name: 'device-queue', about: 'a run that waits for a card', measure };

async function measure(bench: Bench): Promise<Row[]> {
  const scene = new QueueScene(bench.cli);
  try {
    const idle = await measureIdle(bench, scene);
    return [await measureBegin(bench, scene), ...idle];
  } finally {
    scene.remove();
  }
}

async function measureIdle(bench: Bench, scene: QueueScene): Promise<Row[]> {
  const seconds = bench.quick ? QUICK_SECONDS : SECONDS;
  bench.doing(`a run waits for ${seconds} s`);
  const holder = await start(scene, 'holder', HOLDER_SECONDS);
  const waiting = await start(scene, 'waiting', 0.1);
  const pid = lastOwner(directoryOf(scene, waiting))?.pid ?? 0;
  const timers = output(referenceCommand('timers', String(TIMERS), String(SETTLE_MS / 1000), String(seconds)));
  await sleep(SETTLE_MS);
  const before = cpuSeconds(pid);
  const from = performance.now();
  await sleep(seconds * 1000);
  const percent = ((cpuSeconds(pid) - before) * 1e5) / (performance.now() - from);
  const resident = residentBytes(pid);
  await scene.drover(0, 'stop', waiting);
  await scene.drover(0, 'stop', holder, '--force');
  const cpu = { unit: '%', value: percent, raw: { percent: [percent] } };
  const memory = { unit: 'MB', value: resident / 1e6, raw: { bytes: [resident] } };
  const empty = await peakOfEmptyNode();
  return [
    against(
      plainRow('device-queue/idle', 'a run waits for a card: engine CPU of one core', cpu),
      { name: `an idle Node with ${TIMERS} timers of a second`, each: [Number(await timers)] },
      TARGETS.idle,
    ),
    against(
      plainRow('device-queue/memory', 'a run waits for a card: engine memory', memory),
      { name: 'an empty Node program', each: [empty] },
      TARGETS.memory,
    ),
  ];
}

async function measureBegin(bench: Bench, scene: QueueScene): Promise<Row> {
  const times: number[] = [];
  const empty: number[] = [];
  for (let round = 1; round <= bench.rounds; round += 1) {
    bench.doing(`round ${round} of ${bench.rounds}: a card is freed`);
    const holder = await start(scene, `holder${round}`, HOLDER_SECONDS);
    const waiting = await start(scene, `waiting${round}`, 0.1);
    await scene.drover(0, 'stop', holder, '--force');
    await scene.drover(0, 'wait', waiting);
    const freed = timeOf(directoryOf(scene, holder), 'run-ended');
    times.push(timeOf(directoryOf(scene, waiting), 'worker-running') - freed);
    empty.push((await timed([process.execPath, '-e', '0'])) * 1000);
  }
  const row = timesRow('device-queue/begins', 'a card is freed: the first worker of the next run is started', {
    unit: 'ms',
    all: times,
    note: `median ${Math.round(median(times))} ms, longest ${Math.round(Math.max(...times))} ms`,
  });
  return against(row, { name: 'node -e 0', each: empty, rounds: times }, TARGETS.begins);
}

async function start(scene: QueueScene, name: string, seconds: number): Promise<string> {
  const inputs = scene.inputs(name, [seconds]);
  const args = ['run', '-p', scene.pipeline, '-i', inputs, '-d', '0', '--when-free', '--detach'];
  const { status, stdout, stderr } = await scene.drover(0, ...args);
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

function directoryOf(scene: QueueScene, run: string): string {
  return scene.runs().find((one) => one.run === run)?.directory ?? '';
}

/** When the first event of a type was journaled, in milliseconds since 1970. */
function timeOf(directory: string, type: string): number {
  const lines = readFileSync(join(directory, 'journal.ndjson'), 'utf8').split('\n');
  const line = lines.find((text) => text.includes(`"type":"${type}"`)) ?? '{}';
  return Date.parse((JSON.parse(line) as { time?: string }).time ?? '');
}

function residentBytes(pid: number): number {
  const kb = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kb) * BYTES_PER_KB;
}
