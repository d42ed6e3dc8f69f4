import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EngineRig } from '../helpers/engine-rig.ts';
import { valueOf } from '../helpers/value-of.ts';

/** What a power cut leaves of a file whose content had not come to the disk. */
const LEFT: Record<string, (size: number) => string> = {
  nothing: () => '',
  zeros: (size) => '\0'.repeat(size),
};

/** Files that an engine keeps in its data folder for later ones. */
const KEPT = [
  'speeds.json',
  'settings.json',
  'launch-draft.json',
  'cache/run-list.json',
  'cache/costs.sqlite',
  'cache/run-index.sqlite',
];

const COPIES = {
  steps: [
    {
      command: ['{node}', '-e', 'require("fs").copyFileSync(process.argv[1], process.argv[2])', '{file}', '{output}'],
      dispatch: 'each',
      outputs: ['{stem}.out'],
      cost: 'lines',
    },
  ],
};

describe('after a power cut that took the content of everything that is kept from run to run', () => {
  it.each(Object.keys(LEFT))('the next engine runs, lists and answers as before (%s is left)', async (left) => {
    const rig = new EngineRig();
    const first = await rig.run(COPIES);
    expect(valueOf(await rig.engine.runs({})).map(({ run }) => run)).toEqual([first.id]);
    await rig.engine.query({ sql: 'select run from runs', limit: 10, rebuild: false });
    const runtime = join(rig.home, 'runtime');
    const copied = readdirSync(runtime, { recursive: true, encoding: 'utf8' }).map((name) => join(runtime, name));
    const files = [...copied.filter((path) => statSync(path).isFile()), ...KEPT.map((name) => join(rig.home, name))];
    expect(copied.length).toBeGreaterThan(10);
    for (const path of files) {
      mkdirSync(dirname(path), { recursive: true });
      const size = existsSync(path) ? statSync(path).size : 100;
      writeFileSync(path, LEFT[left]?.(size) ?? '');
    }

    const next = new EngineRig({ home: rig.home });
    const second = await next.run(COPIES);
    expect(await second.status()).toMatchObject({ status: 'completed', items: { complete: 1 } });
    expect(readFileSync(join(rig.inputFolder, 'a.txt'), 'utf8')).toBe(second.output('a.out'));
    const answer = await next.engine.query({ sql: 'select run from runs order by run', limit: 10, rebuild: false });
    expect(answer).toMatchObject({ ok: true, value: { rows: [[first.id], [second.id]] } });
  });
});
