import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { workerLog } from '../../../electron/engine/run-directory/paths.ts';
import type { RunEvent } from '../../../shared/run/run-events.ts';
import type { Bench } from '../bench-context.ts';
import { type EmitLoad, type EmitMode, emitter, LINE_BYTES, printedTokens, redirect, spanOf } from '../emitter.ts';
import { readEvents, startRun } from '../engine-run.ts';
import { makeFiles } from '../inputs.ts';
import { median, medianRatio } from '../measure.ts';
import { cpuSeconds, output, referenceCommand } from '../processes.ts';
import { against, type Group, plainRow, type Row } from '../row.ts';

/** A redirect that takes less than this (seconds) is shorter than what disturbs it; with some room above. */
const REDIRECT_SECONDS = 5;
const SIZING_ROOM = 1.1;
const MOST_TRIALS = 8;
const MOST_GROWTH = 4;
/** What each worker prints at least. */
const WORKER_BYTES = 200e6;
/** What the trial prints at first, in all workers together. */
const TRIAL_BYTES = 400e6;
/** The scan of the logs may end so much later than the last worker, as a part of the time that the redirect takes. */
const SCAN_LAG_TARGET = 0.4;
/** Of finding the ends of all lines in plain Node. */
const CPU_TARGET = 3;
const FIRST_LINE_MAX_BYTES = 4096;

/** Workers that print as fast as they can, against the shell's redirection. */
export const logThroughput: readonly Group[] = ([1, 8] as const).flatMap((workers) =>
  (['buffered', 'lines'] as const).map((mode) => group(workers, mode, workers === 1 ? 1.05 : 1.15)),
);

function group(workers: number, mode: EmitMode, target: number): Group {
  const how = mode === 'buffered' ? 'buffered' : 'line by line';
  return {
    name: `log-${workers}-${mode}`,
    about: `log output of ${workers} worker${workers > 1 ? 's' : ''}, ${how}, against a redirect`,
    measure: (bench) => measure(bench, { workers, mode, how, target }),
  };
}

interface Case {
  workers: number;
  mode: EmitMode;
  how: string;
  target: number;
}

async function measure(bench: Bench, { workers, mode, how, target }: Case): Promise<Row[]> {
  const load = await sizeLoad(bench, { program: await emitter(bench), workers, mode, lines: 0 });
  const gigabytes = (load.workers * load.lines * LINE_BYTES) / 1e9;
  const inputs = bench.folder('emit-inputs');
  makeFiles(inputs, workers);
  const redirects: number[] = [];
  const runs: LoggedRun[] = [];
  const empty: LoggedRun[] = [];
  bench.doing(`${workers} × ${(gigabytes / workers).toFixed(2)} GB, ${how}: redirect and drover run in turn`);
  for (let round = 0; round < bench.rounds; round += 1) {
    redirects.push(await redirect(bench, load));
    runs.push(await runLogged(bench, load, inputs));
    empty.push(await runLogged(bench, { ...load, lines: 0 }, inputs));
  }
  const ours = runs.map(({ seconds }) => seconds);
  const lags = runs.map(({ scanLag }) => scanLag);
  const perGigabyte = runs.map(({ cpu }, round) => (cpu - (empty[round]?.cpu ?? 0)) / gigabytes);
  const what = `${workers} worker${workers > 1 ? 's' : ''}, ${gigabytes.toFixed(1)} GB, ${how}`;
  const id = `log-${workers}-${mode}`;
  return [
    {
      id: `${id}/wall`,
      title: `${what}: first start to last end`,
      unit: 's',
      ours: median(ours),
      reference: { name: 'cmd > file 2>&1', value: median(redirects) },
      value: medianRatio(ours, redirects),
      valueUnit: '×',
      target,
      note: median(redirects) < REDIRECT_SECONDS ? `the redirect took less than ${REDIRECT_SECONDS} s` : null,
      raw: { ours_seconds: ours, reference_seconds: redirects },
    },
    against(
      plainRow(`${id}/scan-lag`, `${what}: scan ends after the last worker`, {
        unit: 's',
        value: median(lags),
        raw: { seconds: lags },
      }),
      { name: 'cmd > file 2>&1', each: redirects, rounds: lags },
      SCAN_LAG_TARGET,
    ),
    against(
      plainRow(`${id}/cpu`, `${what}: engine CPU beyond start-up`, {
        unit: 'CPU s/GB',
        value: median(perGigabyte),
        raw: {
          per_gigabyte: perGigabyte,
          cpu_seconds: runs.map(({ cpu }) => cpu),
          start_up_cpu_seconds: empty.map(({ cpu }) => cpu),
        },
      }),
      {
        name: 'their lines counted in plain Node',
        each: runs.map(({ counting }) => counting / gigabytes),
        rounds: perGigabyte,
      },
      CPU_TARGET,
    ),
  ];
}

/**
 * As many lines as keep the redirect busy long enough. The trial grows until it is long itself, as memory is slower in bulk, and the
 * result is tried, as the machine may have been busy meanwhile.
 */
async function sizeLoad(bench: Bench, load: EmitLoad): Promise<EmitLoad> {
  let sized = { ...load, lines: Math.ceil(TRIAL_BYTES / load.workers / LINE_BYTES) };
  if (bench.quick) return sized;
  bench.doing('finding out how much the redirect takes');
  for (let trial = 0; trial < MOST_TRIALS; trial += 1) {
    const seconds = await redirect(bench, sized);
    if (seconds >= REDIRECT_SECONDS && sized.lines * LINE_BYTES >= WORKER_BYTES) break;
    const growth = Math.min(MOST_GROWTH, (REDIRECT_SECONDS * SIZING_ROOM) / seconds);
    sized = { ...sized, lines: Math.max(Math.ceil(sized.lines * growth), WORKER_BYTES / LINE_BYTES) };
  }
  return sized;
}

interface LoggedRun {
  /** First start to last end, by the workers' own clocks. */
  seconds: number;
  /** From the last end to the end of the step, which waits for the scan. */
  scanLag: number;
  /** Of the engine, up to the end of the step: making the archive is not part of it. */
  cpu: number;
  /** Processor seconds of a plain program that finds the ends of the same lines. */
  counting: number;
}

async function runLogged(bench: Bench, load: EmitLoad, inputs: string): Promise<LoggedRun> {
  const home = bench.memoryFolder('logged');
  const times = join(home, 'times');
  const { program, lines, mode } = load;
  const parameters = { program, lines, mode, times };
  const run = startRun(bench, { pipeline: 'bench-emit', input: inputs, slots: load.workers, parameters, home });
  await run.journaled('"type":"step-ended"');
  const cpu = cpuSeconds(run.pid);
  const directory = run.directory();
  run.child.kill('SIGKILL');
  await run.ended;
  const events = readEvents(directory);
  checkTokens(events, load);
  const logs = Array.from({ length: load.workers }, (_, rank) => workerLog(directory, 1, rank));
  for (const log of logs) checkLog(log, lines);
  const counting = Number(await output(referenceCommand('count-lines', ...logs)));
  const { seconds, end } = spanOf(times, load.workers);
  const stepEnd = Date.parse(events.find(({ type }) => type === 'step-ended')?.time ?? '') / 1000;
  bench.remove(home);
  return { seconds, scanLag: Math.max(0, stepEnd - end), cpu, counting };
}

/** Every byte that a worker printed stands in its log, after the one line that the engine wrote. */
function checkLog(log: string, lines: number): void {
  const { size } = statSync(log);
  const expected = firstLineBytes(log) + lines * LINE_BYTES;
  if (size !== expected) throw new Error(`${log} has ${size} bytes, ${expected} were written`);
}

function firstLineBytes(log: string): number {
  const block = Buffer.alloc(FIRST_LINE_MAX_BYTES);
  const file = openSync(log, 'r');
  const size = readSync(file, block, 0, FIRST_LINE_MAX_BYTES, 0);
  closeSync(file);
  return block.subarray(0, size).indexOf('\n') + 1;
}

/** The scan has seen every line: each token count that was printed is in the journal. */
function checkTokens(events: readonly RunEvent[], load: EmitLoad): void {
  const found = new Map<number, number>();
  for (const event of events) if (event.type === 'tokens') found.set(event.rank, event.tokens.input_tokens);
  const sum = [...found.values()].reduce((total, tokens) => total + tokens, 0);
  const expected = load.workers * printedTokens(load.lines);
  if (sum !== expected) throw new Error(`The scan counted ${sum} input tokens, ${expected} were printed`);
}
