import { describe, expect, it } from 'vitest';
import { EngineRig, worker } from '../helpers/engine-rig.ts';
import { until } from '../helpers/until.ts';

const LIMIT_SECONDS = 0.5;
const step = (command: string[], more: object = {}) => ({
  dispatch: 'each',
  command,
  outputs: ['{stem}.out'],
  retries: 0,
  stall_timeout_seconds: LIMIT_SECONDS,
  ...more,
});

describe('a stalled worker', () => {
  it('is warned about once and left alone', async () => {
    const run = await new EngineRig().run({
      steps: [step(['sh', worker('slow.sh'), '{file}', '{output}'])],
      files: { 'a.txt': '1.6' },
    });
    expect(await run.status()).toMatchObject({ status: 'completed', workers: [{ starts: 1 }] });
    expect(run.complaints('validator')).toMatchObject([
      {
        message: expect.stringContaining('stalled'),
        worker: 'worker_0',
        fields: { seconds: LIMIT_SECONDS, on_stall: 'warn' },
      },
    ]);
  });

  it('is ended and its item tried again where the step says so', async () => {
    const script = 'if [ -e "$1.tried" ]; then cp "$1" "$2"; else : > "$1.tried"; sleep 60; fi';
    const command = ['sh', '-c', script, 'sh', '{file}', '{output}'];
    const run = await new EngineRig().run({ steps: [step(command, { on_stall: 'restart', retries: 1 })] });
    expect((await run.status()).status).toBe('completed');
    expect(run.item('a.txt').attempts).toBe(2);
    expect(run.eventsOf('item-failed').map(({ failure }) => failure.reason)).toEqual(['stalled']);
  });

  it('is one with its model loaded, too: it is started again and goes on with the rest', async () => {
    const command = ['{node}', worker('never-reads.mjs')];
    const queue = { ...step(command, { on_stall: 'restart' }), dispatch: 'queue' };
    const run = await new EngineRig().run({ steps: [queue], files: { 'a.txt': 'aa', 'b.txt': 'b' } });
    expect(await run.status()).toMatchObject({
      status: 'failed',
      items: { failed: 2 },
      workers: [{ reason: 'stalled', starts: 2 }],
    });
    expect(run.log()).toMatch(/=== Restart 2 at .* \(stalled\) ===/);
  });

  it('is not one that prints or reports now and then', async () => {
    const prints = 'for i in 1 2 3 4 5 6; do echo "$i"; sleep 0.2; done; cp "$1" "$2"';
    const reports =
      'for i in 1 2 3 4 5 6; do echo "{\\"file\\":\\"$1\\",\\"status\\":\\"progress\\"}" >> "$DROVER_REPORT_FILE"; sleep 0.2; done; cp "$1" "$2"';
    const runs = await Promise.all(
      [prints, reports].map((script) =>
        new EngineRig().run({ steps: [step(['sh', '-c', script, 'sh', '{file}', '{output}'])] }),
      ),
    );
    for (const run of runs) expect(run.complaints('validator')).toEqual([]);
  });

  it('is not one that has nothing to do', async () => {
    const files = { 'slow.txt': '1500\nxxxx', 'fast.txt': '0' };
    const queue = { ...step(['{node}', worker('copies-queue.mjs')]), dispatch: 'queue' };
    const run = await new EngineRig().start({ steps: [queue], files, devices: 'cpu:2' });
    await until(async () => (await run.status()).items.complete === 1);
    const idle = run.item('fast.txt').rank;
    await run.ended();
    expect(run.complaints('validator').filter(({ worker: name }) => name === `worker_${String(idle)}`)).toEqual([]);
  });
});
