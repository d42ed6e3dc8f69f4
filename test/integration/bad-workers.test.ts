import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EngineRig, worker } from '../helpers/engine-rig.ts';
import type { RigRun } from '../helpers/rig-run.ts';
import { until } from '../helpers/until.ts';

const one = { outputs: ['{stem}.out'], retries: 0 };
/** Work that goes on until a file `go` appears beside its input. */
const WAIT = 'while [ ! -e "${file%/*}/go" ]; do sleep 0.05; done';
const DISPATCHES = [
  ['queue', `. "$0"; read -r line; item "$line"; echo ready; ${WAIT}; cp "$file" "$output"`],
  ['list', `read -r file < "$1"; echo ready; ${WAIT}; cp "$file" "$DROVER_OUTPUT_DIR/a.out"`],
  ['each', `file=$1; echo ready; ${WAIT}; cp "$file" "$2"`],
] as const;

function waitingStep(dispatch: 'queue' | 'list' | 'each', script: string) {
  const given = { queue: [], list: ['{manifest}'], each: ['{file}', '{output}'] }[dispatch];
  return { ...one, dispatch, command: ['sh', '-c', script, worker('queue-item.sh'), ...given] };
}

/** The launcher of the first worker: the leader of its group. */
async function launcherOf(run: RigRun): Promise<number> {
  const { pid } = (await run.status()).workers[0] ?? {};
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
}

describe('a launcher that is killed', () => {
  it.each(DISPATCHES)('leaves its %s worker running, which is judged by its outputs', async (dispatch, script) => {
    const rig = new EngineRig();
    const run = await rig.start({ steps: [waitingStep(dispatch, script)] });
    await until(async () => run.log().includes('ready') && (await run.status()).workers[0]?.pid !== null);
    process.kill(await launcherOf(run), 'SIGKILL');
    rig.write({ 'in/go': '' });
    expect(await run.ended()).toMatchObject({
      status: 'completed',
      workers: [{ status: 'lost', exit_code: null, signal: null, reason: 'lost', starts: 1 }],
    });
    expect(run.output('a.out')).toBe('a\n');
  });

  it('does not hide that an output is missing', async () => {
    const rig = new EngineRig();
    const step = waitingStep('each', `file=$1; echo ready; ${WAIT}`);
    const run = await rig.start({ steps: [step] });
    await until(async () => run.log().includes('ready') && (await run.status()).workers[0]?.pid !== null);
    process.kill(await launcherOf(run), 'SIGKILL');
    rig.write({ 'in/go': '' });
    expect((await run.ended()).status).toBe('failed');
    expect(run.item('a.txt').failure?.reason).toBe('lost');
  });

  it('does not keep a stop from ending the worker', async () => {
    const rig = new EngineRig();
    const run = await rig.start({ steps: [waitingStep('each', DISPATCHES[2][1])] });
    await until(async () => run.log().includes('ready') && (await run.status()).workers[0]?.pid !== null);
    process.kill(await launcherOf(run), 'SIGKILL');
    expect(await run.stop()).toMatchObject({ status: 'stopped', items: { pending: 1 } });
    expect(rig.processes()).toEqual([]);
  });
});

describe('a worker', () => {
  it('that closes its input, output and report file is judged all the same', async () => {
    const script = 'exec < /dev/null > /dev/null 2>&1; cp "$1" "$2"';
    const run = await new EngineRig().run({
      steps: [{ ...one, dispatch: 'each', command: ['sh', '-c', script, 'sh', '{file}', '{output}'] }],
    });
    expect((await run.status()).status).toBe('completed');
  });

  it('that wipes its report file and makes it shorter is still heard', async () => {
    const script = `. "$0"; while read -r line; do item "$line"; : > "$DROVER_REPORT_FILE"; cp "$file" "$output"; report complete "$file"; sleep 0.1; done`;
    const files = { 'longer-name.txt': 'aaaa', 'b.txt': 'bb' };
    const run = await new EngineRig().run({
      steps: [{ ...one, command: ['sh', '-c', script, worker('queue-item.sh')] }],
      files,
    });
    expect(await run.status()).toMatchObject({ status: 'completed', items: { complete: 2 } });
  });

  it('that tears its reports into pieces is heard when a line is whole', async () => {
    const script = `. "$0"; while read -r line; do item "$line"; cp "$file" "$output"
      printf '{"file":"%s",' "$file" >> "$DROVER_REPORT_FILE"; sleep 0.1
      printf '"status":"complete"}' >> "$DROVER_REPORT_FILE"; sleep 0.1; echo >> "$DROVER_REPORT_FILE"; done`;
    const run = await new EngineRig().run({
      steps: [{ ...one, command: ['sh', '-c', script, worker('queue-item.sh')] }],
    });
    expect((await run.status()).status).toBe('completed');
    expect(run.complaints('validator')).toEqual([]);
  });

  it('that ends with its last report unfinished is judged by its end and outputs', async () => {
    const script = `. "$0"; read -r line; item "$line"; cp "$file" "$output"; printf '{"file":"%s","status":"comp' "$file" >> "$DROVER_REPORT_FILE"`;
    const run = await new EngineRig().run({
      steps: [{ ...one, command: ['sh', '-c', script, worker('queue-item.sh')] }],
    });
    expect((await run.status()).status).toBe('completed');
  });

  it('that moves its log away does not stop the run', async () => {
    const script = 'mv "$DROVER_LOG_DIR/worker_0.log" "$DROVER_LOG_DIR/moved"; echo still here; cp "$1" "$2"';
    const step = { ...one, dispatch: 'each', command: ['sh', '-c', script, 'sh', '{file}', '{output}'] };
    const run = await new EngineRig().run({ steps: [step] });
    expect((await run.status()).status).toBe('completed');
  });

  it('that removes its output folder only fails its item', async () => {
    const script = 'rm -rf "$DROVER_OUTPUT_DIR"; exit 1';
    const step = { ...one, dispatch: 'each', command: ['sh', '-c', script], retries: 1 };
    const run = await new EngineRig().run({ steps: [step], files: { 'a.txt': 'aa', 'b.txt': 'b' } });
    expect(await run.status()).toMatchObject({ status: 'failed', items: { failed: 2 } });
  });

  it('that forks without end until it is stopped is wholly gone afterwards', async () => {
    const script = 'echo ready; while :; do (trap "" TERM; setsid sleep 305 & sleep 306) & sleep 0.02; done';
    const rig = new EngineRig();
    const run = await rig.start({ steps: [{ ...one, dispatch: 'each', command: ['sh', '-c', script] }] });
    await until(() => rig.processes().length > 15);
    expect((await run.stop()).status).toBe('stopped');
    expect(rig.processes()).toEqual([]);
  });

  it('that prints terminal controls and broken text leaves all its bytes in the log', async () => {
    const script = `printf '\\033]52;c;aGk=\\a\\377\\376\\000\\r\\r\\nbar 10%%\\rbar 20%%\\r\\n'; cp "$1" "$2"`;
    const step = { ...one, dispatch: 'each', command: ['sh', '-c', script, 'sh', '{file}', '{output}'] };
    const run = await new EngineRig().run({ steps: [step] });
    const [[, from, to] = [0, 0, 0]] = run.item('a.txt').spans;
    expect(readFileSync(run.logPath()).toString('latin1', from, to ?? 0)).toBe(
      '\u001b]52;c;aGk=\u0007\u00ff\u00fe\u0000\r\r\nbar 10%\rbar 20%\r\n',
    );
  });
});

describe('a folder for the inputs of workers', () => {
  it('that is open to others is passed over: a private one is made beside it', async () => {
    const rig = new EngineRig();
    const folder = dirname(rig.write({ 'runtime/drover/x': '' }));
    chmodSync(folder, 0o777);
    rmSync(join(folder, 'x'));
    const run = await rig.run({ steps: [{ ...one, command: ['{node}', worker('copies-queue.mjs')] }] });
    expect((await run.status()).status).toBe('completed');
    const fifos = run.eventsOf('worker-starting').map(({ fifo }) => fifo ?? '');
    expect(fifos.map((fifo) => fifo !== '' && !fifo.startsWith(`${folder}/`))).toEqual([true]);
  });
});
