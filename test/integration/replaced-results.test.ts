import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../shared/problem.ts';
import { EngineRig, type RigLaunch, worker } from '../helpers/engine-rig.ts';
import type { RigRun } from '../helpers/rig-run.ts';
import { until } from '../helpers/until.ts';

const FILES = { 'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n' };

/** Writes the parameter and the input, so that other parameters make other results. */
function says(text: string, more: Partial<RigLaunch> = {}): RigLaunch {
  return {
    steps: [
      {
        dispatch: 'each',
        command: ['sh', '-c', 'echo "$1" > "$3"; cat "$2" >> "$3"', 'sh', '{param.text}', '{file}', '{output}'],
        outputs: ['{stem}.out'],
      },
    ],
    parameterTypes: { text: { type: 'string', default: 'first' } },
    parameters: { text },
    files: FILES,
    ...more,
  };
}

/** The refusal of a launch, with all that was there as it was. */
async function refused(rig: EngineRig, output: string, launch: RigLaunch): Promise<Problem> {
  const before = contents(output);
  const problem = await rig.refuse(launch);
  expect(contents(output)).toEqual(before);
  return problem;
}

function contents(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(names.map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name), 'utf8')]));
}

async function goOn(rig: EngineRig, run: RigRun, overwrite = false) {
  return rig.engine.resumeRun({ run: run.id, detach: false, overwrite });
}

describe('results of another run', () => {
  it('are not replaced: the launch is refused and names the run and how many there are', async () => {
    const rig = new EngineRig();
    const output = join(rig.folder, 'results');
    const first = await rig.run(says('first', { output }));
    const problem = await refused(rig, output, says('second', { output }));
    expect(problem.reason).toBe('output-exists');
    expect(problem.message).toContain(`3 results of run ${first.id} (test) would be replaced`);
    expect(problem.advice).toContain('--overwrite');
  });

  it.each([
    ['through a link', (rig: EngineRig) => join(rig.folder, 'link')],
    ['from the folder above', (rig: EngineRig) => join(rig.folder, 'results/../results')],
  ])('are found %s', async (_how, way) => {
    const rig = new EngineRig();
    const output = join(rig.folder, 'results');
    const first = await rig.run(says('first', { output }));
    symlinkSync(output, join(rig.folder, 'link'));
    const problem = await refused(rig, output, says('second', { output: way(rig) }));
    expect(problem.message).toContain(`3 results of run ${first.id}`);
  });

  it.each([
    ['the folder of the run that made them', 'outputs/step_001'],
    ['a new folder in that of a run', 'results'],
    ['a link to it', '../../../../link'],
    ['the folder of all runs', '../..'],
  ])('are safe from %s, where no launch writes, also with leave to replace', async (_what, way) => {
    const rig = new EngineRig();
    const first = await rig.run(says('first'));
    symlinkSync(join(first.directory, 'outputs'), join(first.directory, '../../../../link'));
    const output = join(first.directory, way);
    const problem = await rig.refuse(says('second', { output, overwrite: true }));
    expect(problem).toMatchObject({ reason: 'output-folder', message: expect.stringContaining('lies in') });
    expect(contents(join(first.directory, 'outputs'))).toEqual({
      'a.out': 'first\na\n',
      'b.out': 'first\nb\n',
      'c.out': 'first\nc\n',
    });
  });

  it('are replaced with leave, and then they are those of the other run', async () => {
    const rig = new EngineRig();
    const output = join(rig.folder, 'results');
    await rig.run(says('first', { output }));
    const second = await rig.run(says('second', { output, overwrite: true }));
    expect((await second.status()).status).toBe('completed');
    expect(contents(output)).toEqual({ 'a.out': 'second\na\n', 'b.out': 'second\nb\n', 'c.out': 'second\nc\n' });
    const again = await refused(rig, output, says('first', { output }));
    expect(again.message).toContain(`3 results of run ${second.id}`);
  });

  it('go on as before where pipeline, parameters and input are the same, however the workers are driven', async () => {
    const rig = new EngineRig();
    const output = join(rig.folder, 'results');
    await rig.run(says('first', { output }));
    const again = await rig.run(says('first', { output, files: {}, retries: 3, workersPerDevice: 2 }));
    expect((await again.status()).status).toBe('completed');
  });

  it.each(['other\n', 'B\n'])(
    'are other results when the input has changed, and only these are told: %j',
    async (text) => {
      const rig = new EngineRig();
      const output = join(rig.folder, 'results');
      const first = await rig.run(says('first', { output }));
      const request = rig.request(says('first', { output, files: { 'b.txt': text } }));
      const problem = await rig.refuse(request);
      expect(problem.message).toContain(`1 result of run ${first.id} (test) would be replaced`);
      expect(problem.message).toContain(join(output, 'b.out'));
    },
  );

  it('are told also where somebody has changed them since', async () => {
    const rig = new EngineRig();
    const output = join(rig.folder, 'results');
    const first = await rig.run(says('first', { output }));
    writeFileSync(join(output, 'a.out'), 'edited by hand, and longer than before\n');
    const problem = await refused(rig, output, says('first', { output, files: {} }));
    expect(problem.message).toContain(`1 result of run ${first.id} (test) would be replaced that somebody has changed`);
  });

  it('of the last of several steps are foreseen before the first begins', async () => {
    const rig = new EngineRig();
    const output = join(rig.folder, 'results');
    const copy = { dispatch: 'each', command: ['sh', worker('copies.sh'), '{file}', '{output}'] };
    const last = { ...says('').steps[0], command: says('').steps[0]?.command ?? [], name: 'last', inputs: 'previous' };
    const steps = [{ ...copy, name: 'copy', outputs: ['{stem}.txt'] }, last];
    const first = await rig.run({ ...says('first', { output }), steps });
    expect((await first.status()).status).toBe('completed');
    const problem = await refused(rig, output, { ...says('second', { output, files: {} }), steps });
    expect(problem.message).toContain(`3 results of run ${first.id}`);
    const again = await rig.run({ ...says('first', { output, files: {} }), steps });
    expect((await again.status()).status).toBe('completed');
  });

  it('of a last step that could not be foreseen are kept when its turn comes', async () => {
    const rig = new EngineRig();
    const output = join(rig.folder, 'results');
    const made = says('').steps[0];
    const reports = { command: ['node', worker('makes-many.mjs'), '{file}', '2'], name: 'many', dispatch: 'each' };
    const last = { ...made, command: made?.command ?? [], name: 'last', inputs: 'previous' };
    const steps = [{ ...reports, outputs: [] }, last];
    const first = await rig.run({ ...says('first', { output }), steps });
    const before = contents(output);
    expect(Object.keys(before).length).toBeGreaterThan(0);
    const second = await rig.run({ ...says('second', { output }), steps });
    expect((await second.status()).status).toBe('failed');
    expect(contents(output)).toEqual(before);
    expect((await second.status()).steps[1]?.reason).toContain(first.id);
  });
});

describe('a folder that an active run writes to', () => {
  it.each(['results', 'results/below', 'link', '.'])('is refused: %s', async (way) => {
    const rig = new EngineRig();
    const output = join(rig.folder, 'results');
    mkdirSync(output);
    symlinkSync(output, join(rig.folder, 'link'));
    const slow = await rig.start({ steps: [{ dispatch: 'each', command: ['sleep', '60'] }], files: FILES, output });
    const problem = await rig.refuse(says('second', { output: join(rig.folder, way), overwrite: true }));
    expect(problem.reason).toBe('output-in-use');
    expect(problem.message).toContain(slow.id);
    await slow.stop(true);
    const free = await rig.run(says('second', { output, overwrite: true }));
    expect((await free.status()).status).toBe('completed');
  });

  it('goes to one of two runs that are launched at the same moment', async () => {
    const rig = new EngineRig();
    const output = join(rig.folder, 'results');
    const requests = ['one', 'two', 'three'].map((text) => rig.request(says(text, { output, overwrite: true })));
    const started = await Promise.all(requests.map((request) => rig.engine.startRun({ ...request, detach: false })));
    const runs = started.flatMap((one) => (one.ok ? [rig.of(one.value)] : []));
    const ends = await Promise.all(runs.map((run) => run.ended()));
    const done = ends.filter(({ status }) => status === 'completed');
    expect(done).toHaveLength(1);
    const text = requests[started.findIndex((one) => one.ok && one.value.run === done[0]?.run)]?.parameters['text'];
    for (const content of Object.values(contents(output))) expect(content.startsWith(`${text ?? ''}\n`)).toBe(true);
  });
});

describe('a run whose results another one has replaced', () => {
  it('is not resumed as if they were its own, and makes them anew with leave', async () => {
    const rig = new EngineRig();
    const output = join(rig.folder, 'results');
    const first = await rig.run(says('first', { output }));
    const second = await rig.run(says('second', { output, overwrite: true }));
    const before = contents(output);
    const resumed = await goOn(rig, first);
    expect(resumed).toMatchObject({ ok: false, error: { reason: 'output-replaced' } });
    expect(!resumed.ok && resumed.error.message).toContain(`3 results of run ${first.id} were replaced`);
    expect(!resumed.ok && resumed.error.message).toContain(second.id);
    expect(contents(output)).toEqual(before);
    expect((await goOn(rig, first, true)).ok).toBe(true);
    expect((await first.ended()).status).toBe('completed');
    expect(Object.values(contents(output)).every((text) => text.startsWith('first\n'))).toBe(true);
  });

  it('is not resumed either when it had not made them yet', async () => {
    const rig = new EngineRig();
    const output = join(rig.folder, 'results');
    const command = ['sh', '-c', 'test -e ../../../../go && echo first > "$1" || exec sleep 60', 'sh', '{output}'];
    const first = await rig.start({
      ...says('first', { output }),
      steps: [{ dispatch: 'each', command, outputs: ['{stem}.out'] }],
    });
    await until(() => first.eventsOf('dispatching').length > 0);
    await first.stop(true);
    const second = await rig.run(says('second', { output }));
    expect((await second.status()).status).toBe('completed');
    const before = contents(output);
    const resumed = await goOn(rig, first);
    expect(resumed).toMatchObject({ ok: false, error: { reason: 'output-replaced' } });
    expect(!resumed.ok && resumed.error.message).toContain(`3 results of run ${second.id}`);
    expect(contents(output)).toEqual(before);
  });

  it('goes on where another run has made the same', async () => {
    const rig = new EngineRig();
    const output = join(rig.folder, 'results');
    const first = await rig.run(says('first', { output }));
    await rig.run(says('first', { output, files: {} }));
    expect(await goOn(rig, first)).toMatchObject({ ok: true, value: { alreadyComplete: true } });
  });
});

describe('the reconciliation', () => {
  async function found(rig: EngineRig, run: RigRun): Promise<string[]> {
    const result = await rig.engine.reconcile({ run: run.id });
    if (!result.ok) throw new Error(result.error.message);
    expect(result.value.agreed).toBe(result.value.differences.length === 0);
    return result.value.differences.map(({ what, detail }) => `${what}: ${detail}`);
  }

  it('says which run has replaced results, and which results were changed since', async () => {
    const rig = new EngineRig();
    const output = join(rig.folder, 'results');
    const first = await rig.run(says('first', { output }));
    expect((await first.status()).reconciliation).toMatchObject({ agreed: true });
    expect(await found(rig, first)).toEqual([]);
    const other = rig.request(says('second', { output, overwrite: true, files: {} }));
    const inputs = ['a.txt', 'b.txt'].map((name) => join(rig.inputFolder, name));
    const started = await rig.engine.startRun({ ...other, inputs, detach: false });
    if (!started.ok) throw new Error(started.error.message);
    const second = rig.of(started.value);
    await second.ended();
    appendFileSync(join(output, 'c.out'), 'one line more\n');
    const differences = await found(rig, first);
    expect(differences).toHaveLength(3);
    for (const name of ['a', 'b']) {
      expect(differences).toContainEqual(
        expect.stringMatching(`output replaced: .*/${name}\\.out of .* was replaced by run ${second.id} \\(test\\)`),
      );
    }
    expect(differences).toContainEqual(
      expect.stringMatching(/output changed: .*\/c\.out of .* has changed since: size 8 /),
    );
    expect(await found(rig, second)).toEqual([]);
  });

  it('is not misled by times: the same content under another time is the same, other content under the old time is not', async () => {
    const rig = new EngineRig();
    const run = await rig.run(says('first'));
    const path = (name: string): string => join(run.directory, 'outputs/step_001', name);
    utimesSync(path('a.out'), 1_700_000_000, 1_700_000_000);
    expect(await found(rig, run)).toEqual([]);
    const { atime, mtime } = statSync(path('b.out'));
    writeFileSync(path('b.out'), 'FIRST\nb\n');
    utimesSync(path('b.out'), atime, mtime);
    const differences = await found(rig, run);
    expect(differences).toHaveLength(1);
    expect(differences[0]).toContain('/b.out of');
    expect(differences[0]).toContain('has changed since');
  });

  it('names no difference where the same work was done again with the same content', async () => {
    const rig = new EngineRig();
    const output = join(rig.folder, 'results');
    const first = await rig.run(says('first', { output }));
    await rig.run(says('first', { output, files: {} }));
    expect(await found(rig, first)).toEqual([]);
  });

  it('knows the digest of each output, also of one whose engine was stopped', async () => {
    const rig = new EngineRig();
    const run = await rig.run(says('first'));
    const lines = readFileSync(join(run.directory, 'outputs.ndjson'), 'utf8').trim().split('\n');
    expect(lines).toHaveLength(3);
    for (const line of lines)
      expect(JSON.parse(line)).toMatchObject({ step: 1, output: 0, size: 8, sha256: expect.any(String) });
    rmSync(join(run.directory, 'outputs.ndjson'));
    rmSync(join(run.directory, 'outputs/step_001/a.out'));
    await run.resume();
    expect(readFileSync(join(run.directory, 'outputs.ndjson'), 'utf8').trim().split('\n')).toHaveLength(3);
  });
});

describe('a file that comes to stand where an output goes after the launch', () => {
  it('is kept under another name', async () => {
    const rig = new EngineRig();
    const output = join(rig.folder, 'results');
    const go = join(rig.folder, 'go');
    const command = ['sh', '-c', 'until test -e "$2"; do sleep 0.05; done; echo made > "$1"', 'sh', '{output}', go];
    const run = await rig.start({
      steps: [{ dispatch: 'each', command, outputs: ['{stem}.out'] }],
      files: FILES,
      output,
    });
    await until(() => run.eventsOf('dispatching').length > 0);
    const [busy] = run.items().filter(({ status }) => status === 'running');
    const waiting = ['a.out', 'b.out', 'c.out'].filter((name) => !busy?.file.endsWith(name.replace('out', 'txt')));
    for (const name of waiting) writeFileSync(join(output, name), 'precious\n');
    writeFileSync(go, '');
    expect((await run.ended()).status).toBe('completed');
    const kept = Object.entries(contents(output)).filter(([name]) => name.includes('.found-'));
    expect(kept.map(([, text]) => text)).toEqual(['precious\n', 'precious\n']);
  });

  it('is kept when a power cut took the lines of the journal that say whose it is, and the run goes on', async () => {
    const rig = new EngineRig();
    const output = join(rig.folder, 'results');
    const run = await rig.run(says('first', { output }));
    const journal = join(run.directory, 'journal.ndjson');
    const lines = readFileSync(journal, 'utf8').split('\n');
    const lost = lines.findLastIndex((line) => line.includes('"type":"dispatching"'));
    writeFileSync(journal, `${lines.slice(0, lost).join('\n')}\n`);
    expect((await run.resume()).status).toBe('completed');
    const there = contents(output);
    expect(Object.keys(there).filter((name) => !name.includes('.found-'))).toEqual(['a.out', 'b.out', 'c.out']);
    expect(Object.keys(there).filter((name) => name.includes('.found-'))).toHaveLength(1);
  });
});
