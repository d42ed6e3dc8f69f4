import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { LaunchRequest } from '../../shared/contract/launch.ts';
import { EngineRig, worker } from '../helpers/engine-rig.ts';
import { until } from '../helpers/until.ts';

const copies = {
  dispatch: 'each',
  command: ['sh', worker('copies.sh'), '{file}', '{output}'],
  outputs: ['{stem}.out'],
};

/** A launch of a pipeline by name or path, with one input there. */
function launchOf(rig: EngineRig, pipeline: string, more: Partial<LaunchRequest> = {}): LaunchRequest {
  return { ...rig.request({ steps: [copies] }), pipeline, ...more };
}

describe('a launch is refused and leaves nothing behind, with', () => {
  it('a pipeline that is not known, and the one that was meant is named', async () => {
    const rig = new EngineRig();
    const problem = await rig.refuse(launchOf(rig, 'kmer-embeding'));
    expect(problem).toMatchObject({ reason: 'unknown-pipeline', message: expect.stringContaining('kmer-embeding') });
    expect(`${problem.message} ${problem.advice}`).toMatch(/did you mean "?kmer-embedding/i);
  });

  it('a pipeline file that is no JSON, and the place is named', async () => {
    const rig = new EngineRig();
    const request = launchOf(rig, rig.write({ 'bad.json': '{\n  "name": "bad",\n  "inputs": {,}\n}\n' }));
    const problem = await rig.refuse(request);
    expect(problem.reason).toBe('invalid-pipeline');
    expect(problem.message).toContain(join(rig.folder, 'bad.json'));
    expect(problem.message).toMatch(/line 3/);
  });

  it('a pipeline that breaks the schema, by path, rule and value', async () => {
    const rig = new EngineRig();
    const problem = await rig.refuse({ steps: [{ ...copies, retries: 'often', dispach: 'each' }] });
    expect(problem.reason).toBe('invalid-pipeline');
    expect(problem.message).toContain('steps[0].retries');
    expect(problem.message).toContain('"often"');
    expect(problem.message).toContain('dispach');
  });

  it('an unknown placeholder, and doubled braces are named', async () => {
    const problem = await new EngineRig().refuse({ steps: [{ ...copies, command: ['echo', '{fiel}'] }] });
    expect(problem.reason).toBe('invalid-pipeline');
    expect(`${problem.message} ${problem.advice}`).toContain('{{fiel}}');
  });

  it('a command that is not there, before anything starts', async () => {
    const rig = new EngineRig();
    const marker = join(rig.folder, 'started');
    const first = { ...copies, name: 'first', command: ['touch', marker] };
    const second = { ...copies, name: 'second', command: ['no-such-program-anywhere', '{file}'] };
    const problem = await rig.refuse({ steps: [first, second] });
    expect(problem).toMatchObject({
      reason: 'command-not-found',
      message: expect.stringContaining('no-such-program-anywhere'),
    });
    expect(problem.message).toContain('second');
    expect(existsSync(marker)).toBe(false);
  });

  it('a script whose interpreter is not there', async () => {
    const rig = new EngineRig();
    const script = rig.write({ 'tool.py': '#!/opt/no/such/python\n' });
    chmodSync(script, 0o755);
    const problem = await rig.refuse({ steps: [{ ...copies, command: [script, '{file}'] }] });
    expect(problem).toMatchObject({
      reason: 'command-not-found',
      message: expect.stringContaining('/opt/no/such/python'),
    });
  });

  it('two inputs that would write the same output, both named', async () => {
    const rig = new EngineRig();
    rig.write({ 'in/x/a.txt': '1', 'in/y/a.txt': '2' });
    const inputs = [join(rig.inputFolder, 'x'), join(rig.inputFolder, 'y')];
    const problem = await rig.refuse({ ...launchOf(rig, rig.pipeline([copies])), inputs });
    expect(problem.reason).toBe('output-collision');
    expect(problem.message).toContain(join(rig.inputFolder, 'x/a.txt'));
    expect(problem.message).toContain(join(rig.inputFolder, 'y/a.txt'));
    expect(problem.message).toContain('a.out');
  });

  it.each(['file/results', 'file', '/proc/drover-results/deep', '/sys/drover-results'])(
    'an output folder that cannot be written: %s',
    async (output) => {
      const rig = new EngineRig();
      rig.write({ file: 'in the way' });
      const problem = await rig.refuse({ steps: [copies], output });
      expect(problem).toMatchObject({ reason: 'output-folder', message: expect.stringContaining(output) });
      expect(problem.advice).toContain('--output');
    },
  );

  it('an output that is there and that no earlier run has made, unless it may be replaced', async () => {
    const rig = new EngineRig();
    const output = join(rig.folder, 'results');
    rig.write({ 'results/a.out': 'precious' });
    const problem = await rig.refuse({ steps: [copies], output });
    expect(problem).toMatchObject({ reason: 'output-exists', message: expect.stringContaining(join(output, 'a.out')) });
    const run = await rig.run({ steps: [copies], output, overwrite: true });
    expect((await run.status()).status).toBe('completed');
    const again = await rig.run({ steps: [copies], output, files: {} });
    expect((await again.status()).status).toBe('completed');
    // One that was written again is another input.
    const other = await rig.refuse({ steps: [copies], output });
    expect(other).toMatchObject({ reason: 'output-exists', message: expect.stringContaining(again.id) });
  });

  it.each(['7', '0,9', 'GPU-00000000', 'cpu:0', 'cpu:x', ''])('devices that are not there: %j', async (devices) => {
    const problem = await new EngineRig().refuse({ steps: [copies], devices });
    expect(problem.reason).toMatch(/^(unknown-device|no-device)$/);
    expect(problem.advice).not.toBe('');
  });

  it('inputs that are not there or match nothing, and what was looked for is named', async () => {
    const rig = new EngineRig();
    const missing = await rig.refuse({ ...launchOf(rig, rig.pipeline([copies])), inputs: ['no-such-folder'] });
    expect(missing.message).toContain('no-such-folder');
    mkdirSync(join(rig.folder, 'empty'));
    const nothing = await rig.refuse({ ...launchOf(rig, rig.pipeline([copies])), inputs: ['empty'] });
    expect(nothing).toMatchObject({ reason: 'no-inputs', message: expect.stringContaining('*.txt') });
  });

  it('a truncated gzip, which is named, unless such files may be left out', async () => {
    const rig = new EngineRig();
    const step = { ...copies, cost: 'lines', outputs: ['{name}.out'] };
    const whole = gzipSync('line\n'.repeat(5_000));
    const pipeline = rig.write({
      'gz.json': JSON.stringify({
        name: 'test',
        inputs: { patterns: ['*.gz', '*.txt'] },
        steps: [{ name: 'work', ...step }],
      }),
    });
    const request = launchOf(rig, pipeline);
    writeFileSync(join(rig.inputFolder, 'cut.gz'), whole.subarray(0, whole.length - 20));
    const problem = await rig.refuse(request);
    expect(problem).toMatchObject({ reason: 'invalid-input', message: expect.stringContaining('cut.gz') });
    expect(problem.advice).toContain('--skip-invalid');
    const started = await rig.engine.startRun({ ...request, skipInvalid: true, detach: false });
    if (!started.ok) throw new Error(started.error.message);
    const run = rig.of(started.value);
    expect(await run.ended()).toMatchObject({ status: 'completed', items: { total: 1 } });
    // What was left out is told by the start, the plan, the records, the log and the summary.
    const [named] = started.value.left_out;
    const cut = { file: join(rig.inputFolder, 'cut.gz'), why: expect.stringContaining('is cut off') };
    expect(named).toMatchObject({ reason: 'invalid', count: 1, files: [cut] });
    const planned = await rig.engine.plan({ ...request, skipInvalid: true });
    expect(planned).toMatchObject({ ok: true, value: { items: 1, left_out: [named] } });
    const metadata: unknown = JSON.parse(readFileSync(join(run.directory, 'metadata.json'), 'utf8'));
    expect(metadata).toMatchObject({ left_out: [named] });
    expect(readFileSync(join(run.directory, 'logs/run.log'), 'utf8')).toContain('cut.gz (is cut off');
    const summary = readFileSync(join(run.directory, 'logs_summary.txt'), 'utf8');
    expect(summary).toMatch(/^Left out +1 file is damaged or not what its name says\n +\S+cut\.gz\n +is cut off/m);
  });

  it('only files that cannot be used, though they may be left out', async () => {
    const rig = new EngineRig();
    const request = rig.request({ steps: [{ ...copies, cost: 'lines' }], files: {} });
    symlinkSync('nowhere', join(rig.inputFolder, 'dead.txt'));
    expect(await rig.refuse({ ...request, skipInvalid: true })).toMatchObject({
      reason: 'no-inputs',
      message: expect.stringContaining('dead.txt'),
    });
  });

  it('a parameter of the wrong kind', async () => {
    const parameterTypes = { batch: { type: 'integer', minimum: 1 } };
    const launch = { steps: [copies], parameterTypes };
    for (const parameters of [{ batch: 'many' }, { batch: '0' }, { bacth: '4' }, {}]) {
      const problem = await new EngineRig().refuse({ ...launch, parameters });
      expect(problem).toMatchObject({ reason: 'invalid-parameter', message: expect.stringContaining('batch') });
    }
  });

  it('a dispatch that the step’s command cannot be driven by', async () => {
    const problem = await new EngineRig().refuse({ steps: [copies], dispatch: 'queue' });
    expect(problem.reason).toBe('invalid-pipeline');
    expect(problem.message).toContain('{file}');
  });
});

describe('a request about a run is refused, with', () => {
  const IDS = [
    '../../etc',
    '20261121-051500-123-k3f9/../..',
    '/etc/passwd',
    '20261121-051500-123-k3f9\0',
    '',
    '*',
    '..',
  ];

  it.each(IDS)('%j in place of its id', async (id) => {
    const rig = new EngineRig();
    await rig.run({ steps: [copies] });
    const answers = await Promise.all([
      rig.engine.runStatus({ run: id }),
      rig.engine.findRun({ text: id, prefer: 'newest' }),
      rig.engine.stopRun({ run: id, force: true, by: 'the test' }),
      rig.engine.resumeRun({ run: id, detach: false }),
      rig.engine.logSources({ run: id }),
      rig.engine.archive({ run: id }),
    ]);
    for (const answer of answers) expect(answer).toMatchObject({ ok: false, error: { reason: 'unknown-run' } });
  });

  it('an id that no run has, and the newest are named', async () => {
    const rig = new EngineRig();
    const run = await rig.run({ steps: [copies] });
    const answer = await rig.engine.runStatus({ run: '20011121-051500-123-k3f9' });
    expect(answer).toMatchObject({
      ok: false,
      error: { reason: 'unknown-run', message: expect.stringContaining(run.id) },
    });
  });

  it('a run that is active, and it goes on', async () => {
    const rig = new EngineRig();
    const slow = { ...copies, command: ['sh', worker('slow.sh'), '{file}', '{output}'] };
    const run = await rig.start({ steps: [slow], files: { 'a.txt': '60' } });
    await until(() => run.log().includes('begin'));
    for (const answer of [
      await rig.engine.resumeRun({ run: run.id, detach: false }),
      await rig.engine.retryRun({ run: run.id, items: [], detach: false }),
      await rig.engine.archive({ run: run.id }),
      await rig.engine.reconcile({ run: run.id }),
    ]) {
      expect(answer).toMatchObject({
        ok: false,
        error: { reason: 'run-active', message: expect.stringContaining(run.id) },
      });
    }
    const cleaned = await rig.engine.clean({ olderThanDays: 0, logsOnly: false, dryRun: false });
    expect(cleaned.ok && cleaned.value.runs).toEqual([]);
    expect((await run.status()).status).toBe('running');
    expect((await run.stop()).status).toBe('stopped');
  });

  it('a retry of an item that has not failed', async () => {
    const rig = new EngineRig();
    const run = await rig.run({ steps: [copies] });
    const answer = await rig.engine.retryRun({ run: run.id, items: ['a.txt'], detach: false });
    expect(answer).toMatchObject({
      ok: false,
      error: { reason: 'invalid-usage', message: expect.stringContaining('a.txt') },
    });
    expect(readdirSync(run.directory)).toContain('logs_summary.txt');
  });
});

describe('a variable that a run goes by', () => {
  it.each([
    ['DROVER_KEEP_FREE', 'abc', 'DROVER_KEEP_FREE is "abc", which is not a size.'],
    ['DROVER_KEEP_FREE', '900000T', 'are to stay free by DROVER_KEEP_FREE, and the disk of'],
    ['DROVER_LOG_BUDGET', 'much', 'DROVER_LOG_BUDGET is "much"'],
  ])('%s=%s is refused before anything is made', async (name, value, sentence) => {
    const rig = new EngineRig({ env: { [name]: value } });
    const { reason, message, advice } = await rig.refuse({ steps: [{ command: ['true'] }], files: { 'a.txt': 'x' } });
    expect({ reason, message }).toEqual({ reason: 'invalid-usage', message: expect.stringContaining(sentence) });
    expect(advice).toMatch(/unset it|Set DROVER_KEEP_FREE to less/);
  });
});
