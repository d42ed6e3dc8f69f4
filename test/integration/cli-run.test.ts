import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { drover, startDrover } from '../helpers/drover-command.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { until } from '../helpers/until.ts';

const RUN_ID = /^\d{8}-\d{6}-\d{3}-[0-9a-z]{4}$/;

interface Place {
  home: string;
  /** What follows `run` to run the pipeline over all inputs. */
  launch: string[];
}

/** A data folder, three inputs and a pipeline that runs a shell script for each. */
function place(script: string): Place {
  const home = temporaryFolder();
  const inputs = join(home, 'inputs');
  mkdirSync(inputs);
  for (const name of ['a', 'b', 'c']) writeFileSync(join(inputs, `${name}.txt`), name);
  const pipeline = join(home, 'pipeline.json');
  const step = { name: 'work', dispatch: 'each', device: 'cpu', retries: 0, outputs: ['{stem}.out'] };
  writeFileSync(
    pipeline,
    JSON.stringify({
      name: 'test',
      inputs: { patterns: ['*.txt'] },
      steps: [{ ...step, command: ['sh', '-c', script, 'sh', '{file}', '{output}'] }],
    }),
  );
  return { home, launch: ['--pipeline', pipeline, '--input', inputs, '--devices', 'cpu:2'] };
}

const COPY = 'cp "$1" "$2"';
const FAIL_B = `case $1 in *b.txt) exit 3;; esac; ${COPY}`;
/** Works until it is ended. */
const WAIT = 'while :; do sleep 0.05; done';
/** Ignores a polite stop. */
const STUBBORN = `trap "" TERM; ${WAIT}`;

function lines(text: string): string[] {
  return text.trimEnd().split('\n');
}

function events(text: string): { event: string; [key: string]: unknown }[] {
  return lines(text).map((line) => JSON.parse(line) as { event: string });
}

describe('drover run', () => {
  it('prints the run id first and the path of the summary last', async () => {
    const { home, launch } = place(COPY);
    const { status, stdout, stderr } = await drover(home, 'run', ...launch);
    expect(status).toBe(0);
    const [id, summary, ...more] = lines(stdout);
    expect(id).toMatch(RUN_ID);
    expect(existsSync(summary ?? '')).toBe(true);
    expect(more).toEqual([]);
    expect(stderr).toMatch(/worker_\d complete a\.txt .* \d\/3/);
    expect(stderr).toContain('Completed: 3 of 3 items complete');
  });

  it('streams its events as JSON, between the run and its end', async () => {
    const { home, launch } = place(FAIL_B);
    const { status, stdout, stderr } = await drover(home, 'run', ...launch, '--json');
    expect(status).toBe(1);
    expect(stderr).toBe('');
    const all = events(stdout);
    expect(all[0]).toEqual({ event: 'run', run: expect.stringMatching(RUN_ID) });
    expect(all.filter(({ event }) => event === 'item-complete')).toHaveLength(2);
    expect(all.at(-1)).toMatchObject({ event: 'end', status: 'completed-with-failures' });
    expect(existsSync(String(all.at(-1)?.['summary']))).toBe(true);
  });

  it('refuses wrong input with status 2, and creates nothing', async () => {
    const { home, launch } = place(COPY);
    const { status, stdout, stderr } = await drover(home, 'run', ...launch, '--param', 'speed=9');
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^drover: There is no parameter "speed"/);
    expect(existsSync(join(home, 'runs')) ? readdirSync(join(home, 'runs')) : []).toEqual([]);
  });

  it('stops in order at the first interrupt, and can be resumed', async () => {
    const { home, launch } = place(WAIT);
    const running = startDrover(home, 'run', ...launch, '--json');
    await until(() => running.stdout().includes('"worker-running"'));
    running.kill('SIGINT');
    const { status, stdout } = await running.ended;
    expect(status).toBe(130);
    expect(events(stdout).at(-1)).toMatchObject({ event: 'end', status: 'stopped' });
    const page = await drover(home, 'status', 'last', '--json');
    expect(JSON.parse(page.stdout)).toMatchObject({ status: 'stopped', items: { total: 3, pending: 3 } });
  });

  it('kills at the second interrupt', async () => {
    const { home, launch } = place(STUBBORN);
    const running = startDrover(home, 'run', ...launch, '--json');
    await until(() => running.stdout().includes('"worker-running"'));
    running.kill('SIGINT');
    await until(() => running.stdout().includes('"stop-requested"'));
    // Repeated until it is heard: what comes together with the first one counts as the same request.
    const again = setInterval(() => running.kill('SIGINT'), 100);
    await until(() => running.stdout().includes('"force":true'));
    clearInterval(again);
    const { status, stdout } = await running.ended;
    expect(status).toBe(130);
    expect(
      events(stdout)
        .filter(({ event }) => event === 'stop-requested')
        .at(-1),
    ).toMatchObject({ force: true });
  });

  it('goes on to its end when nobody reads its output any more', async () => {
    const { home, launch } = place(`sleep 0.3; ${COPY}`);
    const running = startDrover(home, 'run', ...launch, '--json');
    await until(() => running.stdout().includes('"event":"run"'));
    running.closeStdout();
    expect((await running.ended).status).toBe(0);
    const page = await drover(home, 'status', 'last', '--json');
    expect(JSON.parse(page.stdout)).toMatchObject({ status: 'completed', items: { complete: 3 } });
  });
});

describe('a run that has ended', () => {
  it('is watched and waited for with its status, retried, listed, and stopped without effect', async () => {
    const { home, launch } = place(FAIL_B);
    await drover(home, 'run', ...launch);
    const watched = await drover(home, 'watch', 'last', '--json');
    expect(watched.status).toBe(1);
    expect(events(watched.stdout)[0]?.event).toBe('run-created');
    expect(events(watched.stdout).at(-1)).toMatchObject({ event: 'end', status: 'completed-with-failures' });
    expect((await drover(home, 'wait', 'last')).status).toBe(1);
    const retried = await drover(home, 'retry', 'last', '--json');
    expect(retried.status).toBe(1);
    expect(events(retried.stdout).filter(({ event }) => event === 'item-failed')).toHaveLength(1);
    expect(events(retried.stdout).map(({ event }) => event)).not.toContain('item-complete');
    const page = (await drover(home, 'status', 'last')).stdout;
    expect(page).toMatch(/^FAILED ITEM .*\n\S*b\.txt +1 +worker_\d +\d+ +exit-code +exit code \d+/m);
    const list = JSON.parse((await drover(home, 'runs', '--json')).stdout) as { runs: unknown[] };
    expect(list.runs).toMatchObject([
      { status: 'completed-with-failures', items: { total: 3, complete: 2, failed: 1 } },
    ]);
    const stopped = await drover(home, 'stop', 'last');
    expect(stopped.status).toBe(0);
    expect(stopped.stderr).toContain('has ended already');
  });

  it('is complete for resume when it is', async () => {
    const { home, launch } = place(COPY);
    await drover(home, 'run', ...launch);
    const { status, stderr } = await drover(home, 'resume', 'last');
    expect(status).toBe(0);
    expect(stderr).toContain('is complete already');
  });
});

describe('a run that goes on by itself', () => {
  it('is waited for until the time is up, and stopped by anybody', async () => {
    const { home, launch } = place(WAIT);
    const detached = await drover(home, 'run', ...launch, '--detach');
    expect(detached.status).toBe(0);
    expect(lines(detached.stdout)).toEqual([expect.stringMatching(RUN_ID)]);
    expect((await drover(home, 'wait', 'last', '--timeout', '0.2')).status).toBe(124);
    const watching = startDrover(home, 'watch', 'last');
    expect((await drover(home, 'stop', 'last')).status).toBe(0);
    const { status, stderr } = await watching.ended;
    expect(status).toBe(1);
    expect(stderr).toContain('Stopped: 0 of 3 items complete, 3 not done');
    expect((await drover(home, 'wait', 'last')).status).toBe(1);
  });
});
