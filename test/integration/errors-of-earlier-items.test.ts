import { describe, expect, it } from 'vitest';
import { EngineRig, type RigLaunch, worker } from '../helpers/engine-rig.ts';

const common = {
  outputs: ['{stem}.out'],
  retries: 0,
  on_out_of_memory: { parameter: 'batch_size' },
};
const DISPATCHES = [
  ['queue', { ...common, command: ['{node}', worker('errors-of-items.mjs')] }],
  ['list', { ...common, dispatch: 'list', command: ['{node}', worker('errors-of-items.mjs'), '{manifest}'] }],
] as const;

/** The first item is the longest, so it comes first; it takes long enough that its report is read before the next one ends. */
const launch = (step: object, second: string, first = 'caught 0'): RigLaunch => ({
  steps: [step as { command: string[] }],
  files: { 'first.txt': `${first}\n${' '.repeat(80)}`, 'second.txt': `${second} 700` },
  parameterTypes: { batch_size: { type: 'integer', default: 8, minimum: 1 } },
});

describe.each(DISPATCHES)('with %s, an error that an earlier item survived', (_name, step) => {
  it.each([
    ['killed', { reason: 'signal', evidence: 'ended by SIGKILL' }],
    ['exits', { reason: 'exit-code', evidence: 'exit code 3; last line: the end of the world' }],
    ['vague', { reason: 'reported-failed', evidence: 'embedding failed' }],
  ])('does not explain one that is %s, nor lower a parameter', async (second, failure) => {
    const run = await new EngineRig().run(launch(step, second));
    expect(await run.status()).toMatchObject({ status: 'completed-with-failures', steps: [{ lowered: [] }] });
    expect(run.item('first.txt').status).toBe('complete');
    expect(run.item('second.txt')).toMatchObject({ status: 'failed', attempts: 1, failure });
  });

  it('is told of the item that survived it, and of no other', async () => {
    const run = await new EngineRig().run(launch(step, 'copied'));
    expect(await run.status()).toMatchObject({ status: 'completed' });
    const told = run.complaints('validator').filter(({ message }) => message.includes('out of device memory'));
    expect(told).toMatchObject([{ fields: { file: expect.stringContaining('first.txt') } }]);
  });

  it('does not hide the error of the next one', async () => {
    const run = await new EngineRig().run(launch(step, 'oom', 'copied 0'));
    expect(run.eventsOf('parameter-lowered')[0]).toMatchObject({ parameter: 'batch_size', from: 8, to: 4 });
    expect(run.item('second.txt')).toMatchObject({ status: 'failed', failure: { reason: 'cuda-out-of-memory' } });
  });
});
