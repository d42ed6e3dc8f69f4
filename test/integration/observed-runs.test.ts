import { appendFileSync, rmSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Engine } from '../../electron/engine/api/engine-api.ts';
import { createEngine } from '../../electron/engine/engine.ts';
import { componentLog } from '../../electron/engine/run-directory/paths.ts';
import type { LiveProgress } from '../../shared/contract/events.ts';
import type { LogProblem } from '../../shared/contract/logs.ts';
import { EngineRig, type StepInput } from '../helpers/engine-rig.ts';
import type { RigRun } from '../helpers/rig-run.ts';
import { until } from '../helpers/until.ts';

interface Seen {
  progress: LiveProgress;
  problems: LogProblem[];
  ended: string | null;
}

/** Another engine on the same data folder: the runs of the rig are those of somebody else to it. */
function otherEngine(rig: EngineRig): Engine {
  const headless = [process.execPath, '-e', '0'] as const;
  const engine = createEngine({ home: rig.home, env: rig.env, headless, commandLine: null });
  onTestFinished(() => engine.close());
  return engine;
}

async function watch(engine: Engine, run: RigRun): Promise<Seen> {
  const seen: Seen = { progress: { workers: [], devices: [] }, problems: [], ended: null };
  const client = engine.openClient({
    runProgress: ({ progress }) => {
      seen.progress = progress;
    },
    runProblems: ({ problems }) => void seen.problems.push(...problems),
    runEnded: ({ status }) => {
      seen.ended = status;
    },
  });
  expect((await client.watchRun({ run: run.id })).ok).toBe(true);
  return seen;
}

/** Reports what a test wants and waits for it to say go. `$1` is the item, `$2` its output, `$3` the rig's folder. */
const REPORTING = `
report() { printf '{"file":"%s","status":"%s"%s}\\n' "$1" "$2" "$3" >> "$DROVER_REPORT_FILE"; }
echo 'WARNING: the index is old'
report "$1" started ''
report "$1" progress ',"done":3,"total":8'
while [ ! -e "$3/go" ]; do sleep 0.02; done
echo done > "$2"
report "$1" complete ''`;

const step = (rig: EngineRig, script = REPORTING): StepInput => ({
  command: ['sh', '-c', script.replaceAll(/[{}]/g, '$&$&'), 'sh', '{file}', '{output}', rig.folder],
  dispatch: 'each',
  outputs: ['{stem}.out'],
  retries: 0,
});

describe('a run that another process has in hand', () => {
  it('is seen with the file of each worker and the progress inside it, however late one comes', async () => {
    const rig = new EngineRig();
    const run = await rig.start({ steps: [step(rig)], files: { 'a.txt': 'a' } });
    const own = await watch(rig.engine, run);
    await until(() => own.progress.workers[0]?.done === 3, 'the owner to see the progress');
    const other = otherEngine(rig);
    const first = await watch(other, run);
    await until(() => first.progress.workers[0]?.done === 3, 'the progress');
    expect(first.progress.workers).toEqual(own.progress.workers);
    const second = await watch(other, run);
    await until(() => second.progress.workers[0]?.done === 3, 'the progress for a second window');
    rig.write({ go: '' });
    await until(() => first.ended === 'completed' && second.ended === 'completed', 'the end');
  });

  it('is seen with the warnings that its workers print, before and while one watches', async () => {
    const rig = new EngineRig();
    const gate = 'while [ ! -e "$3/go" ]; do sleep 0.02; done';
    const script = `echo 'WARNING: the index is old'; ${gate}; echo 'ERROR: no more room'; echo done > "$2"`;
    const run = await rig.start({ steps: [step(rig, script)], files: { 'a.txt': 'a' } });
    const seen = await watch(otherEngine(rig), run);
    await until(() => seen.problems.some(({ text }) => text.includes('the index is old')), 'the warning');
    rig.write({ go: '' });
    await until(() => seen.problems.some(({ text }) => text.includes('no more room')), 'the error');
    expect(seen.problems[0]).toMatchObject({ step: 1, worker: 'worker_0', level: 'warning', count: 1 });
    await run.ended();
  });

  it('is seen with the figures of its devices and whether workers are where they should be', async () => {
    const rig = new EngineRig();
    const run = await rig.start({ steps: [step(rig)], files: { 'a.txt': 'a' } });
    const seen = await watch(otherEngine(rig), run);
    await until(() => seen.progress.workers[0]?.done === 3, 'the worker');
    const line = (component: 'metrics' | 'validator', what: object): void =>
      appendFileSync(componentLog(run.directory, 1, component), `${JSON.stringify({ time: 't', ...what })}\n`);
    const device = { kind: 'nvidia', index: 3, uuid: 'GPU-3' };
    line('metrics', { message: 'device sample', fields: { ...device, utilization: 40, memory_used: 7 } });
    line('validator', { worker: 'worker_0', message: 'the worker is on its device' });
    const figures = (): unknown => seen.progress.devices.find(({ uuid }) => uuid === 'GPU-3');
    await until(() => seen.progress.workers[0]?.on_device === true && figures() !== undefined, 'what the logs say');
    expect(figures()).toMatchObject({ ...device, utilization: 40, memory_used: 7 });
    line('validator', {
      worker: 'worker_0',
      message: 'the worker is not on the device it was given: it is on no device',
    });
    const isOff = ({ text }: LogProblem): boolean => text.includes('it is on no device');
    await until(() => seen.problems.some(isOff), 'the complaint');
    const [starting] = run.eventsOf('worker-starting');
    expect(starting?.log_offset).toBeGreaterThan(0);
    expect(seen.problems.find(isOff)).toMatchObject({ level: 'warning', offset: starting?.log_offset });
    line('metrics', { message: 'device sample', fields: { ...device, stale: true } });
    await until(() => seen.progress.devices.some(({ uuid, utilization }) => uuid === 'GPU-3' && utilization === null));
    rig.write({ go: '' });
    await run.ended();
  });

  it('shows which of its share a list worker has begun, and goes on to the next', async () => {
    const rig = new EngineRig();
    const script = `
for f in "$@"; do
  case "$f" in *.txt) ;; *) continue;; esac
  printf '{"file":"%s","status":"started"}\\n' "$f" >> "$DROVER_REPORT_FILE"
  while [ ! -e "$f.go" ]; do sleep 0.02; done
  echo done > "$DROVER_OUTPUT_DIR/$(basename "$f" .txt).out"
  printf '{"file":"%s","status":"complete"}\\n' "$f" >> "$DROVER_REPORT_FILE"
done`;
    const command = ['sh', '-c', script.replaceAll(/[{}]/g, '$&$&'), 'sh', '{files}'];
    const list: StepInput = { command, dispatch: 'list', outputs: ['{stem}.out'], retries: 0 };
    const run = await rig.start({ steps: [list], files: { 'a.txt': 'aa', 'b.txt': 'b' } });
    const seen = await watch(otherEngine(rig), run);
    const file = (): string => seen.progress.workers[0]?.file ?? '';
    await until(() => file().endsWith('.txt'), 'the first file');
    const first = file();
    rig.write({ [`in/${first.slice(-5)}.go`]: '' });
    await until(() => file().endsWith('.txt') && file() !== first, 'the second file');
    rig.write({ [`in/${file().slice(-5)}.go`]: '' });
    await until(() => seen.ended === 'completed', 'the end');
    expect(file()).toBe('');
  });

  it('ends being watched when somebody deletes its folder', async () => {
    const rig = new EngineRig();
    const run = await rig.start({ steps: [step(rig)], files: { 'a.txt': 'a' } });
    const seen = await watch(otherEngine(rig), run);
    await until(() => seen.progress.workers[0]?.done === 3, 'the worker');
    await run.stop(true);
    rmSync(run.directory, { recursive: true });
    await until(() => seen.ended !== null, 'the end of the watch');
    expect(await rig.engine.runStatus({ run: run.id })).toMatchObject({ ok: false, error: { reason: 'unknown-run' } });
  });
});
