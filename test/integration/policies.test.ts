import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EngineRig, worker } from '../helpers/engine-rig.ts';

const troubles = {
  command: ['{node}', worker('device-troubles.mjs')],
  outputs: ['{stem}.out'],
  retries: 0,
};

describe('a worker with a broken context', () => {
  it('is replaced, and only the item that broke it counts an attempt', async () => {
    const files = { 'bad.txt': 'poison      ', 'b.txt': 'fine', 'c.txt': 'fine' };
    const run = await new EngineRig().run({ steps: [{ ...troubles, retries: 1 }], files });
    expect(await run.status()).toMatchObject({
      status: 'completed-with-failures',
      items: { complete: 2, failed: 1 },
      workers: [{ starts: 3, exit_code: 0 }],
    });
    expect(run.items().map(({ attempts }) => attempts)).toEqual([1, 2, 1]);
    expect(run.item('bad.txt').failure).toMatchObject({
      reason: 'poisoned-context',
      evidence: 'RuntimeError: CUDA error: device-side assert triggered',
      collateral: ['embedding failed'],
    });
    expect(run.log()).toMatch(/=== Restart 2 at .* \(poisoned-context\) ===/);
    expect(run.eventsOf('worker-stopping').map(({ cause }) => cause)).toEqual(['replaced', 'replaced']);
  });

  it('is replaced in a list as well, and the rest of the list is assigned again', async () => {
    const script =
      'while read -r file; do case $(cat "$file") in poison*) echo "CUDA error: an illegal memory access was encountered"; status=failed;; *) status=complete; cp "$file" "$DROVER_OUTPUT_DIR/$(basename "$file" .txt).out";; esac; echo "{\\"file\\":\\"$file\\",\\"status\\":\\"$status\\"}" >> "$DROVER_REPORT_FILE"; sleep 0.3; done < "$1"';
    const step = { ...troubles, dispatch: 'list', command: ['sh', '-c', script, 'sh', '{manifest}'] };
    const files = { 'bad.txt': 'poison      ', 'b.txt': 'fine', 'c.txt': 'fine' };
    const run = await new EngineRig().run({ steps: [step], files });
    expect(await run.status()).toMatchObject({ items: { complete: 2, failed: 1 } });
    expect(run.eventsOf('worker-stopping').map(({ cause }) => cause)).toEqual(['replaced']);
    expect(run.items().map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
  });
});

describe('a failed attempt', () => {
  it('rests before it is repeated, longer each time, and says for how long', async () => {
    const step = { dispatch: 'each', command: ['sh', '-c', 'exit 3'], retries: 2, outputs: ['{stem}.out'] };
    const run = await new EngineRig().run({ steps: [step] });
    expect(run.eventsOf('item-failed').map(({ retry_seconds, final }) => [retry_seconds, final])).toEqual([
      [0.02, false],
      [0.04, false],
      [undefined, true],
    ]);
  });

  it('lets the other items go first', async () => {
    const script = 'case $1 in *a.txt) [ -e "$1.tried" ] || { : > "$1.tried"; exit 3; };; esac; cp "$1" "$2"';
    const command = ['sh', '-c', script, 'sh', '{file}', '{output}'];
    const step = { dispatch: 'each', command, retries: 1, outputs: ['{stem}.out'] };
    const rig = new EngineRig({ env: { DROVER_RESTART_PAUSE_MS: '1500' } });
    const run = await rig.run({ steps: [step], files: { 'a.txt': 'aaaaaa', 'b.txt': 'b', 'c.txt': 'c' } });
    expect((await run.status()).status).toBe('completed');
    expect(run.eventsOf('item-complete').map(({ item }) => item)).toEqual([1, 2, 0]);
  });
});

describe('a worker that ends before any item', () => {
  it('is started again after pauses that double, which the journal tells', async () => {
    const step = { ...troubles, command: ['sh', '-c', 'echo no luck; exit 3'] };
    const run = await new EngineRig().run({ steps: [step] });
    expect(run.eventsOf('worker-waiting').map(({ start, reason }) => [start, reason])).toEqual([
      [2, 'waiting 0.02 s before start 2 (exit-code)'],
      [3, 'waiting 0.04 s before start 3 (exit-code)'],
    ]);
    expect(run.eventsOf('device-left')).toMatchObject([
      { rank: 0, reason: expect.stringMatching(/^3 starts in a row ended without any item: exit-code/) },
    ]);
    expect(await run.status()).toMatchObject({ status: 'failed', items: { pending: 1, failed: 0 } });
  });

  it('is not started again when the next start is sure to fail in the same way', async () => {
    const step = { ...troubles, command: ['sh', worker('fails-to-load.sh')] };
    const run = await new EngineRig().run({ steps: [step] });
    expect(run.eventsOf('worker-starting')).toHaveLength(1);
    expect(run.eventsOf('device-left')).toMatchObject([
      { rank: 0, reason: expect.stringMatching(/^a start ended without any item: missing-module/) },
    ]);
    expect(await run.status()).toMatchObject({ status: 'failed', items: { pending: 1, failed: 0 } });
  });
});

describe('a stalled Python program', () => {
  it('has its stack written down by py-spy before it is started again', async () => {
    const rig = new EngineRig();
    const bin = join(rig.folder, 'bin');
    mkdirSync(bin);
    const script =
      '#!/bin/sh\necho "Process $3: python"\necho "Thread $3 (idle): MainThread"\necho "    sleep (hangs.py:10)"\n';
    writeFileSync(join(bin, 'py-spy'), script, { mode: 0o755 });
    rig.env['PATH'] = `${bin}:${rig.env['PATH'] ?? ''}`;
    const step = {
      ...troubles,
      command: ['{python}', worker('hangs.py')],
      // A slow machine may need longer than this to start Python.
      retries: 9,
      stall_timeout_seconds: 5,
      on_stall: 'restart',
    };
    const run = await rig.run({ steps: [step] });
    expect((await run.status()).status).toBe('completed');
    const said = run.component('validator').filter(({ message }) => message.startsWith('stack of '));
    const stack = said.slice(0, 3);
    expect(stack.map(({ message }) => message.replace(/\d+/g, 'N'))).toEqual([
      'stack of N: Process N: python',
      'stack of N: Thread N (idle): MainThread',
      'stack of N:     sleep (hangs.py:N)',
    ]);
    expect(run.eventsOf('worker-stalled')[0]).toMatchObject({ rank: 0, item: 0, action: 'restart' });
  });
});
