import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { QueueScene } from '../faults/queue-scene.ts';
import { BUILT_CLI } from '../helpers/built-command.ts';
import { until } from '../helpers/until.ts';

let scene: QueueScene;

/** A machine with two stand-in cards, on which two people work. */
function open(): QueueScene {
  scene = new QueueScene(BUILT_CLI);
  return scene;
}

afterEach(() => scene.remove());

/** Starts a run in the background. @returns its id */
async function start(person: 0 | 1, name: string, seconds: (number | 'go')[], ...options: string[]): Promise<string> {
  const { status, stdout, stderr } = await drover(person, name, seconds, [...options, '--detach']);
  expect(stderr).toContain('continues in the background');
  expect(status).toBe(0);
  return stdout.trim();
}

function drover(
  person: 0 | 1,
  name: string,
  seconds: (number | 'go')[],
  options: string[],
): ReturnType<QueueScene['drover']> {
  return scene.drover(person, 'run', '-p', scene.pipeline, '-i', scene.inputs(name, seconds), ...options);
}

function directoryOf(run: string): string {
  const found = scene.runs().find((one) => one.run === run);
  if (found === undefined) throw new Error(`There is no run ${run}`);
  return found.directory;
}

function statusOf(run: string): string {
  return scene.state(directoryOf(run)).status;
}

async function untilAllEnded(): Promise<void> {
  await until(() => scene.runs().every(({ directory }) => scene.state(directory).ended !== null), 'all runs to end');
  await until(() => scene.processes().length === 0, 'all processes to end');
}

/** Checks that runs were complete, and that they began in this order and no two were on a card at once. */
function expectCompletedInOrder(runs: readonly string[]): void {
  const begun = runs.map((run) => scene.state(directoryOf(run)).started ?? '');
  expect(begun).toEqual(begun.toSorted((one, other) => (one < other ? -1 : 1)));
  expect(runs.map(statusOf)).toEqual(runs.map(() => 'completed'));
  expect(scene.clashes()).toEqual([]);
}

/** The ids of the runs that wait, in order, as a person sees them. */
async function queueOf(person: 0 | 1): Promise<string[]> {
  const { stdout } = await scene.drover(person, 'queue', '--json');
  return (JSON.parse(stdout) as { runs: { run: string }[] }).runs.map(({ run }) => run);
}

describe('a start on a card that another run has', () => {
  it('is refused with that run and both ways on, also for the run of another user', async () => {
    open();
    const first = await start(0, 'a', [60], '-d', '0');
    for (const person of [0, 1] as const) {
      const { status, stderr } = await drover(person, `b${person}`, [0.1], ['-d', '0,1']);
      expect(status).toBe(2);
      expect(stderr).toMatch(new RegExp(`^drover: GPU 0 is used by run ${first} \\(occupies\\)`));
      expect(stderr).toContain('--when-free');
      expect(stderr).toContain('--share');
    }
    expect(scene.runs()).toHaveLength(1);
    expect((await scene.drover(1, 'devices')).stdout).toContain(`GPU 0: run ${first} (occupies)`);
    expect((await scene.drover(1, 'devices')).stdout).toContain('GPU 1: free');
    const json = await scene.drover(1, 'devices', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ leases: [{ run: first, device: { index: 0 } }], problems: [] });
    expect(json.stdout.trimEnd()).toMatch(/"problems":\[\]\}$/);
    await scene.drover(0, 'stop', first, '--force');
    await untilAllEnded();
    expect(scene.leftNotes()).toEqual([]);
  });

  it('goes on beside it with --share, and a resume is treated alike', async () => {
    open();
    const first = await start(0, 'a', [60], '-d', '0');
    expect((await drover(0, 'b', [0.1], ['-d', '0', '--share', '--plain'])).status).toBe(0);
    const stopped = await start(0, 'c', [60], '-d', '1');
    await scene.drover(0, 'stop', stopped, '--force');
    const other = await start(1, 'd', [60], '-d', '1');
    const refused = await scene.drover(0, 'resume', stopped);
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining(`GPU 1 is used by run ${other}`)]);
    await Promise.all([scene.drover(0, 'stop', first, '--force'), scene.drover(1, 'stop', other, '--force')]);
    await untilAllEnded();
  });

  it('is no refusal in a plan, which says who has the card', async () => {
    open();
    const first = await start(0, 'a', [60], '-d', '0');
    const plan = await scene.drover(1, 'plan', '-p', scene.pipeline, '-i', join(scene.folder, 'in/a'), '-d', '0');
    expect(plan.status).toBe(0);
    expect(plan.stdout + plan.stderr).toContain(`GPU 0 is used by run ${first}`);
    await scene.drover(0, 'stop', first, '--force');
    await untilAllEnded();
  });
});

describe('a run that waits for devices', () => {
  it('starts in its turn, and the runs of two people keep their order', async () => {
    open();
    const first = await start(0, 'a', ['go'], '-d', '0,1', '--when-free');
    const second = await start(1, 'b', [0.2], '-d', '0,1', '--when-free');
    const third = await start(0, 'c', [0.2], '-d', '1', '--when-free');
    scene.go('a');
    await untilAllEnded();
    expectCompletedInOrder([first, second, third]);
    expect(scene.leftNotes()).toEqual([]);
  });

  it('is moved among the runs of its user, and taken out by a stop', async () => {
    open();
    const first = await start(0, 'a', [60], '-d', '0');
    const waiting = [
      await start(0, 'b', [0.1], '-d', '0', '--when-free'),
      await start(1, 'c', [0.1], '-d', '0', '--when-free'),
      await start(0, 'd', [0.1], '-d', '0', '--when-free'),
    ] as const;
    const [second, foreign, last] = waiting;
    expect(await queueOf(1)).toEqual(waiting);
    await scene.drover(0, 'queue', 'move', last, 'first');
    expect(await queueOf(1)).toEqual([last, foreign, second]);
    const status = await scene.drover(0, 'status', second);
    expect(status.stdout).toContain('Place 3 of 3 in the queue');
    const refused = await scene.drover(1, 'queue', 'move', last, 'first');
    expect(refused.status).toBe(2);
    await scene.drover(0, 'stop', second);
    expect(await queueOf(0)).toEqual([last, foreign]);
    expect(statusOf(second)).toBe('stopped');
    await scene.drover(0, 'stop', first, '--force');
    await untilAllEnded();
    expect([last, foreign].map(statusOf)).toEqual(['completed', 'completed']);
  });

  it('takes any of the cards, and waits for those that other programs fill', async () => {
    open();
    scene.stranger(0, true);
    const any = await start(0, 'a', [0.1], '--when-free', '1');
    await until(() => statusOf(any) === 'completed', 'the run on any card');
    expect(scene.state(directoryOf(any)).queue?.granted?.map(({ index }) => index)).toEqual([1]);
    const both = await start(0, 'b', [0.1], '--when-free');
    await until(async () => (await scene.drover(0, 'queue')).stdout.includes(`(process ${process.pid}`));
    expect(statusOf(both)).toBe('queued');
    scene.stranger(0, false);
    await untilAllEnded();
    expect(statusOf(both)).toBe('completed');
  });

  it('that computes on no card has nothing to wait for', async () => {
    open();
    const first = await start(0, 'a', [60]);
    const step = {
      name: 'copy',
      dispatch: 'each',
      device: 'cpu',
      command: ['cp', '{file}', '{output}'],
      outputs: ['{stem}.out'],
    };
    const pipeline = join(scene.folder, 'copies.json');
    writeFileSync(pipeline, JSON.stringify({ name: 'copies', inputs: { patterns: ['*.txt'] }, steps: [step] }));
    const ended = await scene.drover(1, 'run', '-p', pipeline, '-i', scene.inputs('b', [1]), '--when-free', '--plain');
    expect([ended.status, ended.stderr]).toEqual([0, expect.stringContaining('1 of 1 item complete')]);
    await scene.drover(0, 'stop', first, '--force');
    await untilAllEnded();
  });

  it('keeps its place when its engine is killed, and its card when it runs', async () => {
    open();
    const first = await start(0, 'a', ['go', 0.1], '-d', '0', '--when-free');
    await until(() => statusOf(first) === 'running');
    const second = await start(1, 'b', [0.1], '-d', '0', '--when-free');
    const third = await start(0, 'c', [0.1], '-d', '0', '--when-free');
    await until(
      () => [first, second].every((run) => scene.killEngine(directoryOf(run), run, false)),
      'engines to kill',
    );
    expect(await queueOf(0)).toEqual([second, third]);
    scene.go('a');
    await untilAllEnded();
    expectCompletedInOrder([first, second, third]);
  });

  it('stays stopped when its engine was killed before or during the stop', async () => {
    open();
    const first = await start(0, 'a', ['go'], '-d', '0', '--when-free');
    await until(() => scene.state(directoryOf(first)).steps[0]?.counts.running === 1, 'its worker to begin');
    const second = await start(0, 'b', [0.1], '-d', '0', '--when-free');
    await until(() => scene.killEngine(directoryOf(second), second, false), 'an engine to kill');
    await scene.drover(0, 'stop', second);
    const stopping = scene.drover(0, 'stop', first);
    await until(() => scene.state(directoryOf(first)).stop !== null, 'the stop to be recorded');
    scene.killEngine(directoryOf(first), first, false);
    await stopping;
    await untilAllEnded();
    expect([first, second].map(statusOf)).toEqual(['stopped', 'stopped']);
  });

  it('is there again after a restart, once somebody looks at the queue', async () => {
    open();
    const run = await start(0, 'a', [0.1], '-d', '0', '--when-free');
    const other = await start(0, 'b', [60], '-d', '0', '--when-free');
    await until(() => statusOf(run) === 'completed' && statusOf(other) === 'running');
    const third = await start(0, 'c', [0.1], '-d', '0', '--when-free');
    await until(() => scene.killEngine(directoryOf(third), third, true), 'an engine to kill');
    expect(statusOf(third)).toBe('queued');
    expect(await queueOf(0)).toEqual([third]);
    await scene.drover(0, 'stop', other, '--force');
    await untilAllEnded();
    expect(statusOf(third)).toBe('completed');
  });
});
