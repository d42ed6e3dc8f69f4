import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EngineRig, worker } from '../helpers/engine-rig.ts';
import { until } from '../helpers/until.ts';

const each = (command: string[], more: object = {}) => ({
  dispatch: 'each',
  command,
  outputs: ['{stem}.out'],
  retries: 0,
  ...more,
});
const OPENING =
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} - Worker (\d+) - drover - INFO - Worker \1 logging initialized: (.*)$/;

describe('the logs of a run', () => {
  it('are all there, none is empty, and each says first what it is', async () => {
    const run = await new EngineRig().run({
      steps: [each(['sh', worker('copies.sh'), '{file}', '{output}'])],
      devices: 'cpu:2',
    });
    const folder = join(run.directory, 'logs/step_001');
    const names = readdirSync(folder).filter((name) => name.endsWith('.log'));
    expect(names.toSorted()).toEqual([
      'adapter.log',
      'metrics.log',
      'orchestrator.log',
      'validator.log',
      'worker_0.log',
      'worker_1.log',
    ]);
    for (const name of names) expect(statSync(join(folder, name)).size).toBeGreaterThan(0);
    for (const name of ['orchestrator', 'adapter', 'metrics', 'validator'] as const)
      expect(run.component(name)[0]?.message).toBe(`${name} logging initialized: ${join(folder, `${name}.log`)}`);
    expect(run.runLog()[0]?.message).toContain('run logging initialized');
    for (const rank of [0, 1]) expect(OPENING.exec(run.log(rank).split('\n')[0] ?? '')?.[2]).toBe(run.logPath(rank));
  });

  it('hold what a worker wrote to both streams, in its order', async () => {
    const run = await new EngineRig().run({ steps: [each(['sh', worker('prints-on-both.sh'), '{output}'])] });
    expect(run.log()).toMatch(/logging initialized: .*\nthis is output\nthis is an error\n$/);
  });

  it('record the command line, and the place but not the secrets of its environment', async () => {
    const rig = new EngineRig({ env: { SECRET_TOKEN: 'hush' } });
    const run = await rig.run({ steps: [each(['sh', worker('copies.sh'), '{file}', '{output}'])] });
    const said = run.component('adapter').find(({ message }) => message === 'command');
    expect(said?.fields).toMatchObject({
      start: 1,
      command: ['sh', worker('copies.sh'), join(rig.inputFolder, 'a.txt'), join(run.outputFolder(), 'a.out')],
      cwd: run.directory,
      environment: { DROVER_RUN_ID: run.id, RANK: '0' },
    });
    expect(JSON.stringify(said)).not.toContain('hush');
  });

  it('are never wiped: a resume adds its separator and goes on below', async () => {
    const rig = new EngineRig();
    const step = each(['sh', worker('needs-retry.sh'), '{file}', '{output}']);
    const run = await rig.run({ steps: [step], files: { 'a.txt': '1\n' } });
    const before = run.log();
    const reportsBefore = run.reports();
    expect((await run.status()).status).toBe('failed');
    expect((await run.resume()).status).toBe('completed');
    const after = run.log();
    expect(after.startsWith(before)).toBe(true);
    expect(run.reports().startsWith(reportsBefore)).toBe(true);
    const added = after.slice(before.length).split('\n');
    expect(added[0]).toMatch(/^=== Resume at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ===$/);
    expect(added[1]).toMatch(OPENING);
    expect(added[2]).toBe(`try 2 of ${run.item('a.txt').file}`);
    const last = run.item('a.txt').spans.at(-1);
    expect(Buffer.from(after).toString('utf8', last?.[1], last?.[2] ?? 0)).toBe(`${added[2]}\n`);
  });

  it('have their separator on a line of its own after a worker whose last line was cut off', async () => {
    const script = 'printf "no newline"; [ -e "$1.tried" ] && echo done > "$2"; : > "$1.tried"';
    const run = await new EngineRig().run({ steps: [each(['sh', '-c', script, 'sh', '{file}', '{output}'])] });
    await run.resume();
    expect(run.log()).toMatch(/\nno newline\n=== Resume at .*\n.*logging initialized.*\nno newline$/);
  });

  it('show the lines of a C program at once where the step asks for it', async () => {
    // tr writes blocks of 4 KB into a file unless it is told otherwise: without the wrapping its first line is not seen early.
    const script = '(echo one; while [ ! -e "$1.go" ]; do sleep 0.05; done; echo two) | tr a-z A-Z';
    const rig = new EngineRig();
    const run = await rig.start({
      steps: [each(['sh', '-c', script, 'sh', '{file}'], { line_buffered: true, outputs: [] })],
    });
    await until(() => run.log().includes('ONE\n'));
    expect(run.log()).not.toContain('TWO');
    rig.write({ 'in/a.txt.go': '' });
    expect((await run.ended()).status).toBe('completed');
    expect(run.log()).toMatch(/\nONE\nTWO\n$/);
  });

  it('tell the tokens that workers say they used, added up', async () => {
    const script = 'echo "Token usage: input=10, output=3, cache_read=2, cache_creation=1"; echo x > "$1"';
    const step = each(['sh', '-c', script, 'sh', '{output}']);
    const run = await new EngineRig().run({
      steps: [step],
      files: { 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c' },
      devices: 'cpu:2',
    });
    const tokens = { input_tokens: 30, output_tokens: 9, cache_read_tokens: 6, cache_creation_tokens: 3 };
    expect((await run.status()).tokens).toEqual(tokens);
  });

  it('can be asked for by name and range, and by no other name', async () => {
    const rig = new EngineRig();
    const run = await rig.run({ steps: [each(['sh', worker('prints-on-both.sh'), '{output}'])] });
    const sources = await rig.engine.logSources({ run: run.id });
    expect(sources.ok && sources.value.map(({ source }) => source).toSorted()).toEqual(
      ['adapter', 'metrics', 'orchestrator', 'reconciliation', 'run', 'validator', 'worker_0'].toSorted(),
    );
    const end = statSync(run.logPath()).size;
    const range = await rig.engine.readLog({ run: run.id, source: 'worker_0', offset: end - 17, length: 100 });
    expect(range.ok && Buffer.from(range.value.bytes).toString()).toBe('this is an error\n');
    for (const source of ['worker_1', '../../metadata', 'worker_0.reports', '', 'worker_0.log']) {
      const refused = await rig.engine.readLog({ run: run.id, source, offset: 0, length: 10 });
      expect(refused).toMatchObject({ ok: false, error: { reason: 'unknown-source' } });
      expect(!refused.ok && refused.error.advice).toContain('worker_0');
    }
  });

  it('give the whole of what a run printed when it is over', async () => {
    const script = 'seq 20000; echo x > "$1"';
    const run = await new EngineRig().run({ steps: [each(['sh', '-c', script, 'sh', '{output}'])] });
    const item = run.item('a.txt').spans[0];
    const text = readFileSync(run.logPath()).toString('utf8', item?.[1], item?.[2] ?? 0);
    expect(text).toBe(`${Array.from({ length: 20_000 }, (_, index) => index + 1).join('\n')}\n`);
  });
});
