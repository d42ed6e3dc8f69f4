import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { planLines, registerPlanCommand } from '../../../../../electron/cli/commands/plan.ts';
import type { Device } from '../../../../../shared/device.ts';
import type { LeftOut } from '../../../../../shared/run/left-out.ts';
import { quietEngine, runCommand } from '../../../../helpers/run-command.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

/** A folder with a pipeline and input files of the sizes given. */
function launch(sizes: readonly number[]): { words: string[]; home: string } {
  const folder = temporaryFolder();
  const inputs = join(folder, 'in');
  mkdirSync(inputs);
  for (const [index, size] of sizes.entries()) writeFileSync(join(inputs, `${index}.txt`), 'x'.repeat(size));
  const pipeline = join(folder, 'pipeline.json');
  const steps = [{ name: 'work', command: [process.execPath, '{files}'], dispatch: 'list' }];
  writeFileSync(pipeline, JSON.stringify({ name: 'test', inputs: { patterns: ['*.txt'] }, steps }));
  return {
    words: ['plan', '--pipeline', pipeline, '--input', inputs, '--devices', 'cpu:2'],
    home: join(folder, 'home'),
  };
}

describe('drover plan', () => {
  test('gives the assignment as one JSON document', async () => {
    const { words, home } = launch([70, 30, 40]);
    const { stdout, status } = await runCommand(registerPlanCommand, [...words, '--json'], {
      engine: quietEngine(home),
    });
    expect(status).toBe(0);
    const plan: unknown = JSON.parse(stdout);
    expect(plan).toMatchObject({ items: 3, cost: 140, lower_bound: 70, imbalance: 1, predicted_seconds: null });
    expect(plan).toMatchObject({
      ranks: [
        { rank: 0, device: { kind: 'cpu', index: 0 }, load: 70, items: [{ cost: 70 }] },
        { rank: 1, device: { kind: 'cpu', index: 1 }, load: 70, items: [{ cost: 40 }, { cost: 30 }] },
      ],
    });
  });

  test('shows people a line per rank', async () => {
    const { words, home } = launch([100, 50]);
    const { stdout } = await runCommand(registerPlanCommand, words, { engine: quietEngine(home) });
    expect(stdout).toContain('2 items, cost 150, lower bound 100, imbalance 1.000');
    expect(stdout).toMatch(/0 {2}CPU slot 0 +1 +100 +#{20} +0\.txt/);
    expect(stdout).toMatch(/1 {2}CPU slot 1 +1 +50 +#{10}\.{10} +1\.txt/);
  });

  test('says when earlier runs let it predict the time', () => {
    const plan = {
      left_out: [],
      notices: [],
      items: 0,
      cost: 0,
      lower_bound: 0,
      imbalance: 1,
      predicted_seconds: 75,
      ranks: [],
    };
    expect(planLines(plan).join('\n')).toContain('1 min 15 s');
  });

  test('names only the first of many items', () => {
    const device = { kind: 'nvidia', index: 0, name: 'H200' } as Device;
    const items = Array.from({ length: 5 }, (_, index) => ({ file: `/in/${index}.fa`, cost: 1 }));
    const ranks = [{ rank: 0, device, load: 0.25, items }];
    const plan = {
      left_out: [],
      notices: [],
      items: 5,
      cost: 0.25,
      lower_bound: 0.25,
      imbalance: 1,
      predicted_seconds: null,
      ranks,
    };
    expect(planLines(plan).at(-1)).toMatch(/GPU 0 H200 +5 +0\.250 .* 0\.fa, 1\.fa, 2\.fa, …$/);
  });

  test('names what was left out, and how many more there are', () => {
    const files = [
      { file: '/in/c.fas', why: null },
      { file: '/in/d\u2028.bz2', why: null },
    ];
    const left_out: LeftOut[] = [
      { reason: 'invalid', count: 1, files: [{ file: '/in/cut.gz', why: 'is cut off' }] },
      { reason: 'not-matched', count: 12, files },
    ];
    const plan = {
      left_out,
      notices: [],
      items: 0,
      cost: 0,
      lower_bound: 0,
      imbalance: 1,
      predicted_seconds: null,
      ranks: [],
    };
    const lines = planLines(plan);
    expect(lines).toContain('Left out: 1 file is damaged or not what its name says: /in/cut.gz (is cut off)');
    expect(lines).toContain(
      'Left out: 12 files match none of the pipeline’s patterns: /in/c.fas, /in/d·.bz2, and 10 more',
    );
  });

  test('a wrong launch is refused with status 2', async () => {
    const { words, home } = launch([]);
    expect(await runCommand(registerPlanCommand, words, { engine: quietEngine(home) })).toMatchObject({ status: 2 });
  });
});
