import { describe, expect, it } from 'vitest';
import { EngineRig, type RigLaunch, worker } from '../helpers/engine-rig.ts';
import { until } from '../helpers/until.ts';

const BATCH = { batch_size: { type: 'integer', default: 8, minimum: 1 } };
const queue = {
  command: ['{node}', worker('device-troubles.mjs'), '{param.batch_size}'],
  outputs: ['{stem}.out'],
  retries: 0,
  on_out_of_memory: { parameter: 'batch_size' },
};
const each = {
  ...queue,
  dispatch: 'each',
  // What `dies` does, for one item.
  command: [
    'sh',
    '-c',
    'fits=$(cat "$1"); [ "$3" -le "$fits" ] || { echo "CUDA out of memory. Tried to allocate 2.00 GiB." >&2; exit 1; }; echo "batch $3" > "$2"',
    'sh',
    '{file}',
    '{output}',
    '{param.batch_size}',
  ],
};
const launch = (step: object, files: Record<string, string>): RigLaunch => ({
  steps: [step as typeof queue],
  files,
  parameterTypes: BATCH,
});

describe('a step with on_out_of_memory', () => {
  it.each([
    ['a worker that reports it and lives on', queue, 'fits'],
    ['a worker that dies from it', queue, 'dies'],
    ['a process per item', each, ''],
  ])('lowers the parameter for the rest of the step: %s', async (_name, step, word) => {
    const files = { 'long.txt': `${word} 2\n     `, 'short.txt': `${word} 8\n` };
    const run = await new EngineRig().run(launch(step, files));
    expect(await run.status()).toMatchObject({
      status: 'completed',
      steps: [
        {
          lowered: [
            { parameter: 'batch_size', from: 8, to: 4 },
            { parameter: 'batch_size', from: 4, to: 2 },
          ],
        },
      ],
    });
    expect([run.output('long.out'), run.output('short.out')]).toEqual(['batch 2\n', 'batch 2\n']);
    expect(run.items().map(({ attempts }) => attempts)).toEqual([1, 1]);
    const said = run.complaints('orchestrator').map(({ message }) => message);
    expect(said.filter((message) => message.startsWith('out of'))).toEqual([
      'out of device memory: batch_size is lowered from 8 to 4 for the rest of the step',
      'out of device memory: batch_size is lowered from 4 to 2 for the rest of the step',
    ]);
  });

  it('lowers it for a worker that runs out while it loads, too', async () => {
    const load = `[ "$1" -le 2 ] || { echo "CUDA out of memory" >&2; exit 1; }; exec "$2" "$3" "$1"`;
    const command = ['sh', '-c', load, 'sh', '{param.batch_size}', '{node}', worker('device-troubles.mjs')];
    const run = await new EngineRig().run(launch({ ...queue, command }, { 'a.txt': 'a' }));
    expect((await run.status()).status).toBe('completed');
    expect(run.output('a.out')).toBe('batch 2\n');
    expect(run.item('a.txt').attempts).toBe(1);
  });

  it('counts an attempt when the minimum is not small enough, and sets only that item aside', async () => {
    const files = { 'large.txt': 'fits 0\n      ', 'b.txt': 'fits 1' };
    const run = await new EngineRig().run(launch({ ...queue, retries: 1 }, files));
    expect(await run.status()).toMatchObject({ status: 'completed-with-failures', items: { complete: 1, failed: 1 } });
    expect(run.item('large.txt')).toMatchObject({
      attempts: 2,
      failure: { reason: 'cuda-out-of-memory', advice: expect.stringContaining('at its minimum (1) already') },
    });
    expect(run.state().steps[0]?.lowered.at(-1)).toEqual({ parameter: 'batch_size', from: 2, to: 1 });
    expect(run.complaints('orchestrator').map(({ message }) => message)).toContain(
      'out of device memory, and batch_size is at its minimum (1)',
    );
  });

  it('remembers it when the run is resumed', async () => {
    const rig = new EngineRig();
    const script =
      '[ -e "${1%/*}/go" ] || { [ "$3" -gt 4 ] && { echo "CUDA out of memory" >&2; exit 1; }; sleep 60; }; echo "batch $3" > "$2"';
    const command = ['sh', '-c', script, 'sh', '{file}', '{output}', '{param.batch_size}'];
    const run = await rig.start(launch({ ...each, command }, { 'a.txt': 'a' }));
    await until(() => run.eventsOf('worker-starting').length === 2);
    await run.stop();
    rig.write({ 'in/go': '' });
    await run.resume();
    expect(run.output('a.out')).toBe('batch 4\n');
  });

  it('lowers once for two workers that run out at the same value', async () => {
    const script =
      'touch "$2.$3.tried"; [ "$3" -le 4 ] || { until [ "$(ls "${2%/*}" | grep -c "8.tried")" = 2 ]; do sleep 0.02; done; echo "CUDA out of memory" >&2; exit 1; }; echo "$3" > "$2"';
    const command = ['sh', '-c', script, 'sh', '{file}', '{output}', '{param.batch_size}'];
    const run = await new EngineRig().run({
      ...launch({ ...each, command }, { 'a.txt': 'a', 'b.txt': 'b' }),
      devices: 'cpu:2',
    });
    expect([run.output('a.out'), run.output('b.out')]).toEqual(['4\n', '4\n']);
    expect(run.eventsOf('parameter-lowered')).toHaveLength(1);
  });

  it('lowers nothing on WSL, and says why', async () => {
    const rig = new EngineRig({ env: { WSL_DISTRO_NAME: 'Ubuntu' } });
    const run = await rig.run(launch(queue, { 'a.txt': 'fits 2' }));
    expect((await run.status()).status).toBe('failed');
    expect(run.eventsOf('parameter-lowered')).toEqual([]);
    expect(run.complaints('orchestrator')[0]).toMatchObject({
      message: expect.stringContaining('not lowered on WSL, where repeated lack of device memory has crashed Windows'),
      fields: { advice: 'On WSL batch_size is not lowered by itself: start the run again with a lower one.' },
    });
  });
});

it('a lack of memory that the program caught is a warning', async () => {
  const run = await new EngineRig().run(launch(queue, { 'a.txt': 'caught', 'b.txt': 'b' }));
  expect((await run.status()).status).toBe('completed');
  expect(run.eventsOf('parameter-lowered')).toEqual([]);
  expect(run.complaints('validator')).toMatchObject([
    {
      level: 'WARNING',
      message: 'the program ran out of device memory, caught it and finished the item',
      fields: { file: expect.stringMatching(/a\.txt$/), line: expect.stringContaining('CUDA out of memory') },
    },
  ]);
});
