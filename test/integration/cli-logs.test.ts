import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { registerLogsCommand } from '../../electron/cli/commands/logs.ts';
import { BUILT_CLI } from '../helpers/built-command.ts';
import { EngineRig, type StepInput } from '../helpers/engine-rig.ts';
import { quietEngine, type RunningCommand, startCommand } from '../helpers/run-command.ts';
import { until } from '../helpers/until.ts';

/** A step of one process per item that runs a shell script; `$1` is the item, `$2` its output, `$3` a folder for gates. */
function shell(rig: EngineRig, script: string, more: Partial<StepInput> = {}): StepInput {
  const command = ['sh', '-c', `${script}\n[ -s "$2" ] || echo done > "$2"`, 'sh', '{file}', '{output}', rig.folder];
  return { command, dispatch: 'each', outputs: ['{stem}.out'], retries: 0, ...more };
}

/** Waits in a script until the test has opened a gate. */
const gate = (name: string): string => `while [ ! -e "$3/${name}" ]; do sleep 0.02; done`;

function open(rig: EngineRig, name: string): void {
  writeFileSync(join(rig.folder, name), '');
}

/** The command, with an engine of its own as in another process. */
function logs(rig: EngineRig, ...words: string[]): RunningCommand {
  const engine = quietEngine(rig.home);
  onTestFinished(() => engine.close());
  return startCommand(registerLogsCommand, ['logs', 'last', ...words], { engine, workingDirectory: rig.folder });
}

async function shows(command: RunningCommand, text: string): Promise<void> {
  await until(() => command.stdout().includes(text), `the command to show ${text}; it shows ${command.stdout()}`);
}

describe('drover logs --follow', () => {
  it('shows lines as all workers print them, and ends with the run', async () => {
    const rig = new EngineRig();
    const step = shell(rig, `echo "begin $(basename "$1")"; ${gate('go')}; echo "end $(basename "$1")"`);
    const files = { 'a.txt': '1', 'b.txt': '2' };
    const run = await rig.start({ steps: [step], files, devices: 'cpu:2' });
    const following = logs(rig, '--follow');
    await shows(following, 'begin a.txt');
    await shows(following, 'begin b.txt');
    expect(following.stdout()).not.toContain('end');
    open(rig, 'go');
    const { status, stdout } = await following.ended;
    expect(status).toBe(0);
    expect(run.log(0) + run.log(1)).toContain('end a.txt');
    for (const rank of [0, 1]) {
      const own = stdout.split('\n').filter((line) => line.startsWith(`worker_${rank} | `));
      expect(own.map((line) => `${line.slice('worker_0 | '.length)}\n`).join('')).toBe(run.log(rank));
    }
  });

  it('waits for a log that does not exist yet', async () => {
    const rig = new EngineRig();
    const steps = [
      shell(rig, `echo one; ${gate('go')}`, { name: 'first' }),
      shell(rig, 'echo two', { name: 'second', inputs: 'previous' }),
    ];
    await rig.start({ steps });
    const following = logs(rig, 'worker_0', '--step', '2', '--follow');
    await until(() => following.stderr().includes('waiting'));
    open(rig, 'go');
    const { status, stdout } = await following.ended;
    expect(status).toBe(0);
    expect(stdout).toMatch(/logging initialized.*\ntwo\n$/);
  });

  it('goes on with the steps that come', async () => {
    const rig = new EngineRig();
    const steps = [
      shell(rig, `echo one; ${gate('go')}`, { name: 'first' }),
      shell(rig, 'echo two', { name: 'second', inputs: 'previous' }),
    ];
    await rig.start({ steps });
    const following = logs(rig, 'worker_0', '--follow', '--json');
    await shows(following, 'one');
    open(rig, 'go');
    const lines = (await following.ended).stdout.trim().split('\n');
    const shown = lines.map((line) => JSON.parse(line) as { step: number; text: string });
    expect(shown.map(({ step, text }) => `${step} ${text}`)).toEqual(expect.arrayContaining(['1 one', '2 two']));
  });

  it('shows only matching lines, those before and those to come', async () => {
    const rig = new EngineRig();
    const step = shell(
      rig,
      `echo ERROR 1; echo fine; printf 'ERR'; ${gate('go')}; echo 'OR 2'; echo fine; echo ERROR 3`,
    );
    const run = await rig.start({ steps: [step] });
    await until(() => run.log().endsWith('ERR'));
    const following = logs(rig, 'worker_0', '--follow', '--grep', '^ERROR');
    await shows(following, 'ERROR 1');
    open(rig, 'go');
    expect((await following.ended).stdout).toBe('ERROR 1\nERROR 2\nERROR 3\n');
  });

  it('loses and repeats no byte of a flood', async () => {
    const rig = new EngineRig();
    const step = shell(rig, `${gate('go')}; seq 1 300000; printf 'no newline'`);
    const run = await rig.start({ steps: [step] });
    const following = logs(rig, 'worker_0', '--follow', '--raw', '--tail', 'all');
    await shows(following, 'logging initialized');
    open(rig, 'go');
    const { bytes } = await following.ended;
    expect(bytes.equals(readFileSync(run.logPath()))).toBe(true);
  });

  it('refuses at once what can never come', async () => {
    const rig = new EngineRig();
    const run = await rig.start({ steps: [shell(rig, gate('go'))] });
    await until(() => run.log() !== '');
    for (const words of [['worker_9'], ['nonsense'], ['worker_0', '--step', '3']])
      expect(await logs(rig, ...words, '--follow').ended).toMatchObject({ status: 2, stdout: '' });
    open(rig, 'go');
    await run.ended();
  });
});

describe('drover logs --item', () => {
  it('shows every attempt at a file, or one of them', async () => {
    const rig = new EngineRig();
    const script = `counted="$3/$(basename "$1").count"; n=$(cat "$counted" 2>/dev/null || echo 0); n=$((n + 1)); echo $n > "$counted"
      echo "$(basename "$1") try $n"; [ "$(basename "$1")" = b.txt ] || [ $n -gt 1 ] || exit 3`;
    const step = shell(rig, script, { retries: 1 });
    await rig.run({ steps: [step], files: { 'a.txt': 'large', 'b.txt': '' } });
    const all = await logs(rig, '--item', 'in/a.txt').ended;
    expect(all).toMatchObject({ status: 0, stdout: 'a.txt try 1\na.txt try 2\n' });
    expect(all.stderr).toMatch(/Attempt 1 of 2 at .*a\.txt: worker_0.*\nAttempt 2 of 2/);
    expect((await logs(rig, '--item', 'a.txt', '--attempt', '1').ended).stdout).toBe('a.txt try 1\n');
    expect((await logs(rig, '--item', 'a.txt', '--attempt', 'last').ended).stdout).toBe('a.txt try 2\n');
    expect((await logs(rig, '--item', 'a.txt', '--grep', 'try 2').ended).stdout).toBe('a.txt try 2\n');
    expect((await logs(rig, '--item', 'b.txt').ended).stdout).toBe('b.txt try 1\n');
  });

  it('follows what is printed about a file until it is done', async () => {
    const rig = new EngineRig();
    const script = `name=$(basename "$1"); echo "begin $name"
      [ $name = b.txt ] && { ${gate('last')}; }; ${gate('go')}; echo "end $name"`;
    const run = await rig.start({ steps: [shell(rig, script)], files: { 'a.txt': 'large', 'b.txt': 's' } });
    const following = logs(rig, '--item', 'a.txt', '--follow');
    await shows(following, 'begin a.txt');
    open(rig, 'go');
    // The run goes on with the other file.
    const { stdout } = await following.ended;
    expect(stdout).toMatch(/^begin a\.txt\nend a\.txt\n(begin b\.txt\n)?$/);
    expect(run.item('b.txt').status).not.toBe('complete');
    open(rig, 'last');
    await run.ended();
  });

  it('shows of a worker with a whole list only what belongs to the file', async () => {
    const rig = new EngineRig();
    // A moment between two files, so that each report is seen by itself.
    const script = `for file in "$@"; do echo "work on $(basename "$file")"
      echo x > "$DROVER_OUTPUT_DIR/$(basename "$file" .txt).out"
      printf '{"file": "%s", "status": "complete"}\\n' "$file" >> "$DROVER_REPORT_FILE"; sleep 0.4; done`;
    const step = { command: ['sh', '-c', script, 'sh', '{files}'], dispatch: 'list', outputs: ['{stem}.out'] };
    await rig.run({ steps: [step], files: { 'a.txt': 'large', 'b.txt': 's' } });
    const { stdout } = await logs(rig, '--item', 'b.txt').ended;
    expect(stdout).toContain('work on b.txt');
    expect(stdout).not.toContain('work on a.txt');
  });
});

describe('drover logs as a program', () => {
  it('ends quietly with 0 when nobody reads on', async () => {
    const rig = new EngineRig();
    const step = shell(rig, 'seq 1 200000');
    await rig.run({ steps: [step] });
    const env = { ...process.env, DROVER_HOME: rig.home };
    const child = spawn(process.execPath, [BUILT_CLI, 'logs', 'last', '--tail', 'all'], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let messages = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      messages += text;
    });
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [code] = (await once(child, 'close')) as [number | null];
    expect({ code, messages }).toEqual({ code: 0, messages: '' });
  });
});
