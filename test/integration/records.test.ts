import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunMetrics } from '../../electron/engine/records/metrics/metrics-document.ts';
import type { RunStatusDocument } from '../../shared/run/run-status.ts';
import { npyFile } from '../helpers/array-files.ts';
import { EngineRig, worker } from '../helpers/engine-rig.ts';
import type { ComponentLine, RigRun } from '../helpers/rig-run.ts';
import { until } from '../helpers/until.ts';
import { valueOf } from '../helpers/value-of.ts';

const shell = (name: string, script: string, more: object = {}) => ({
  name,
  dispatch: 'each',
  command: ['sh', '-c', script, 'sh', '{file}', '{output}'],
  outputs: [`{stem}.${name}`],
  retries: 0,
  ...more,
});
const copy = (name: string, more: object = {}) => shell(name, 'cp "$1" "$2"', more);
const files = { 'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n' };

function summaryOf(run: RigRun): string {
  return readFileSync(join(run.directory, 'logs_summary.txt'), 'utf8');
}

function metricsOf(run: RigRun): RunMetrics {
  return JSON.parse(readFileSync(join(run.directory, 'metrics.json'), 'utf8')) as RunMetrics;
}

function reconciliationLog(run: RigRun): ComponentLine[] {
  const text = readFileSync(join(run.directory, 'logs', 'reconciliation.log'), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ComponentLine);
}

describe('the end of a run', () => {
  it('checks everything by itself: verdict in log, summary and status', async () => {
    const run = await new EngineRig().run({ steps: [copy('one'), copy('two', { inputs: 'previous' })], files });
    expect((await run.status()).reconciliation).toMatchObject({ agreed: true, differences: 0 });
    expect(reconciliationLog(run).at(-1)).toMatchObject({ level: 'INFO', fields: { agreed: true, outputs: 6 } });
    expect(summaryOf(run)).toContain('agreed: inputs, outputs, reports and totals fit together (2 rounds)');
    const last = run.events().at(-1);
    expect(last?.type).toBe('run-ended');
  });

  it('waits a second between two looks, and everybody sees the end before that', async () => {
    const rig = new EngineRig({ env: { DROVER_RECONCILE_PAUSE_MS: '600000' } });
    const run = await rig.start({ steps: [copy('one')], files });
    await until(async () => (await run.status()).status === 'completed', 'the end in the journal');
    expect(rig.engine.ownedRuns()).toEqual([run.id]);
    // Whoever asks it to stop now does not want to wait; the run has ended as it has.
    expect(await run.stop()).toMatchObject({ status: 'completed', reconciliation: null });
    expect(summaryOf(run)).toContain('not done yet');
    expect(run.eventsOf('stop-requested')).toEqual([]);
  });

  it('has an archive that is stale once a log was appended to', async () => {
    const rig = new EngineRig();
    const run = await rig.run({ steps: [copy('one')], files });
    await rig.engine.archive({ run: run.id });
    const archive = async () => valueOf(await rig.engine.runs({})).find((entry) => entry.run === run.id)?.archive;
    expect(await archive()).toBe('whole');
    appendFileSync(join(run.directory, 'logs/step_001/worker_0.log'), 'one line more\n');
    await until(async () => (await archive()) === 'stale', 'the list to say so');
    const verified = await rig.engine.verifyArchive({ run: run.id });
    expect(verified).toMatchObject({ ok: true, value: { differences: [{ what: 'changed since' }] } });
  });

  it('tells by name what is missing, and that it is there again when asked later', async () => {
    const rig = new EngineRig();
    const steals = shell('two', 'rm -f "$1"; echo two > "$2"', { inputs: 'previous' });
    const run = await rig.run({ steps: [copy('one'), steals], files: { 'a.txt': 'a\n' } });
    const status = await run.status();
    expect(status).toMatchObject({ status: 'completed', reconciliation: { agreed: false, differences: 1 } });
    const missing = join(run.outputFolder(1), 'a.one');
    expect(summaryOf(run)).toContain('differs: 1 difference');
    expect(reconciliationLog(run).find(({ level }) => level === 'WARNING')?.message).toContain(missing);
    expect(run.runLog().find(({ level }) => level === 'WARNING')?.message).toContain('reconciliation');
    writeFileSync(missing, 'a\n');
    const again = await rig.engine.reconcile({ run: run.id });
    expect(again).toMatchObject({ ok: true, value: { agreed: true } });
    expect((await run.status()).reconciliation).toMatchObject({ agreed: true });
    expect(summaryOf(run)).toContain('agreed: ');
  });

  it('counts sequences in and rows out', async () => {
    const rig = new EngineRig();
    const [three, two] = [rig.write({ three: '' }), rig.write({ two: '' })];
    writeFileSync(three, npyFile([3, 4]));
    writeFileSync(two, npyFile([2, 4]));
    const script = 'case $1 in */c.fa) cp "$3" "$2";; *) cp "$4" "$2";; esac';
    const embed = {
      ...shell('embed', script, { outputs: ['{stem}.npy'] }),
      command: ['sh', '-c', script, 'sh', '{file}', '{output}', two, three],
    };
    const fasta = '>1\nA\n>2\nC\n>3\nG\n';
    const pipeline = {
      name: 'test',
      inputs: { patterns: ['*.fa'] },
      parameters: {},
      steps: [embed],
    };
    const request = rig.request({ steps: [embed], files: { 'a.fa': fasta, 'b.fa': fasta, 'c.fa': fasta } });
    writeFileSync(request.pipeline, JSON.stringify(pipeline));
    const started = await rig.engine.startRun({ ...request, detach: false });
    if (!started.ok) throw new Error(started.error.message);
    const run = rig.of(started.value);
    expect(await run.ended()).toMatchObject({ status: 'completed', reconciliation: { agreed: false } });
    const messages = reconciliationLog(run).map(({ message }) => message);
    expect(messages).toContain('step 1: 9 sequences in, 8 rows out (3 files)');
    expect(messages.join('\n')).toMatch(/c\.npy has 2 rows, .*c\.fa 3 sequences/);
  });
});

describe('steps', () => {
  it('skip all descendants of what failed, and a resume begins where something is to do', async () => {
    const rig = new EngineRig();
    const fails = 'case $1 in */b.one) [ -e "${0}" ] || exit 3;; esac; cp "$1" "$2"';
    const mended = join(rig.folder, 'mended');
    const two = shell('two', fails, { inputs: 'previous' });
    const steps = [
      copy('one', { device: 'none' }),
      { ...two, command: ['sh', '-c', fails, mended, '{file}', '{output}'], device: 'cpu' },
      copy('three', { inputs: 'previous', workers_per_device: 2 }),
      copy('four', { inputs: 'previous' }),
    ];
    const run = await rig.run({ steps, files, devices: 'cpu:2' });
    const items = (status: RunStatusDocument): string[] =>
      status.steps.map(({ items: { complete, failed, skipped } }) => `${complete} ${failed} ${skipped}`);
    expect(items(await run.status())).toEqual(['3 0 0', '2 1 0', '2 0 1', '2 0 1']);
    const ranks = run.eventsOf('step-started').map(({ devices }) => devices.length);
    expect(ranks).toEqual([1, 2, 4, 2]);
    expect(summaryOf(run)).toContain('2 of 3 items complete, 1 skipped');
    writeFileSync(mended, '');
    expect(items(await run.resume())).toEqual(['3 0 0', '3 0 0', '3 0 0', '3 0 0']);
    expect(run.eventsOf('step-started').map(({ step }) => step)).toEqual([1, 2, 3, 4, 2, 3, 4]);
    expect(summaryOf(run)).toMatch(/== Done by hand =+\n\S+ \S+ UTC {2}resume/);
  });

  it('each write their component logs, every line with its step, and the last word of each', async () => {
    const run = await new EngineRig().run({ steps: [copy('one'), copy('two', { inputs: 'previous' })], files });
    for (const step of [1, 2]) {
      for (const name of ['orchestrator', 'adapter', 'metrics', 'validator'] as const) {
        const lines = run.component(name, step) as (ComponentLine & { step: number; component: string })[];
        expect(lines.every((line) => line.step === step && line.component === name)).toBe(true);
        expect(lines.length).toBeGreaterThan(1);
      }
      expect(run.component('metrics', step).at(-1)).toMatchObject({ message: 'step totals', fields: { requests: 0 } });
      expect(run.component('validator', step).at(-1)).toMatchObject({ fields: { complete: 3, outputs: 3 } });
    }
  });

  it('tell how their workers were used, and a pause before a resume counts for nobody', async () => {
    const rig = new EngineRig();
    const gate = join(rig.folder, 'gate');
    const script =
      'echo x > "$0.$(basename "$1")"; case $1 in */a.txt) ;; *) while [ ! -e "$0" ]; do sleep 0.02; done;; esac; cp "$1" "$2"';
    const step = { ...shell('one', script), command: ['sh', '-c', script, gate, '{file}', '{output}'] };
    const run = await rig.start({ steps: [step], files: { 'a.txt': 'a', 'b.txt': 'b' } });
    await until(() => existsSync(`${gate}.b.txt`), 'the second item');
    await run.stop();
    const paused = metricsOf(run).steps[0]?.makespan_seconds ?? Number.NaN;
    // A year later, as far as the journal knows.
    const journal = join(run.directory, 'journal.ndjson');
    writeFileSync(journal, readFileSync(journal, 'utf8').replaceAll(/"time":"2\d{3}-/g, '"time":"2020-'));
    writeFileSync(gate, '');
    const status = await run.resume();
    const [use] = status.steps;
    expect(status.status).toBe('completed');
    expect(use?.makespan_seconds).toBeGreaterThan(paused);
    expect(use?.makespan_seconds).toBeLessThan(300);
    const { load, imbalance, waiting } = use?.losses ?? { load: 2, imbalance: 2, waiting: 2 };
    expect((use?.share_of_ideal ?? 2) + load + imbalance + waiting).toBeCloseTo(1, 6);
    expect(status.rate).toBeGreaterThan(1 / 300);
    const [metrics] = metricsOf(run).steps;
    expect(metrics).toMatchObject({ share_of_ideal: use?.share_of_ideal, losses: use?.losses });
  });
});

describe('tokens', () => {
  it('are counted once, whether a line, a usage object or a report tells of them, and requests with them', async () => {
    const told = { ...shell('one', ''), command: ['sh', worker('tells-tokens-thrice.sh'), '{file}', '{output}'] };
    const plain = copy('two', { inputs: 'previous', device: 'none' });
    const run = await new EngineRig().run({ steps: [told, plain], files });
    const tokens = { input_tokens: 21, output_tokens: 12, cache_read_tokens: 9, cache_creation_tokens: 0 };
    const status = await run.status();
    expect(run.complaints('validator', 1)).toEqual([]);
    expect(status).toMatchObject({ tokens, requests: 3, counters: { sequences: 6 } });
    expect(status.workers[0]).toMatchObject({ tokens, requests: 3, counters: { sequences: 6 } });
    expect(metricsOf(run)).toMatchObject({ tokens, requests: 3, counters: { sequences: 6 } });
    const summary = summaryOf(run);
    expect(summary).toContain('tokens: 30 prompt, 12 completion, 42 total; 3 requests');
    expect(summary).toContain('counted: 6 sequences');
    expect(summary).toContain('no model used: no tokens, no requests');
    expect(status.reconciliation).toMatchObject({ agreed: true });
  });

  it('of streamed conversations are the same in status, metrics and summary and when the logs are read once more', async () => {
    const rig = new EngineRig();
    const step = { ...shell('one', ''), command: ['sh', worker('streams-a-conversation.sh'), '{file}', '{output}'] };
    const run = await rig.run({ steps: [step], files });
    const used = { input_tokens: 21, output_tokens: 60, cache_read_tokens: 750, cache_creation_tokens: 150 };
    const again = await rig.engine.reconcile({ run: run.id });
    expect(again).toMatchObject({ ok: true, value: { agreed: true } });
    expect(await run.status()).toMatchObject({ tokens: used, requests: 6, workers: [{ tokens: used, requests: 6 }] });
    expect(metricsOf(run)).toMatchObject({ tokens: used, requests: 6 });
    expect(summaryOf(run)).toContain('tokens: 921 prompt, 60 completion, 981 total; 6 requests');
  });
});

describe('a failure', () => {
  it('counts once, with the item it belongs to, and equal ones are told by their message', async () => {
    const rig = new EngineRig();
    const script = [
      'echo "2026-11-21 05:15:00,123 - embed - ERROR - giving up"; echo "Traceback (most recent call last):"',
      'echo "  File \\"a.py\\", line 8, in <module>"; echo "    raise ValueError(\\"no Error\\")"; echo "ValueError: bad $(cat $1)"; exit 1',
    ].join('; ');
    const texts = Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`f${index}.txt`, String(index)]));
    const run = await rig.run({
      steps: [shell('one', `case $1 in *f4.txt) cp "$1" "$2"; exit 0;; esac; ${script}`)],
      files: texts,
    });
    const [problem, ...others] = metricsOf(run).problems;
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ level: 'error', count: 4, file: expect.stringMatching(/f[0-3]\.txt$/) as string });
    expect(problem?.text).toMatch(/giving up · ValueError: bad [0-3]$/);
    const summary = summaryOf(run);
    expect(summary).toMatch(/error +4 × step 1 worker_0 f[0-3]\.txt: giving up · ValueError: bad [0-3]\n/);
    expect(summary).toMatch(
      /exit-code, 4 items: .*\n(?:  step 1 .*f[0-3]\.txt +exit code 1; ValueError: bad [0-3]\n){3}  and 1 more item with the same message\n/,
    );
    const later = await rig.engine.logProblems({ run: run.id });
    expect(later.ok && later.value.map(({ count }) => count)).toEqual([4]);
  });
});

describe('what was seen of a run', () => {
  it('is still in its summary after a resume and after a reconciliation', async () => {
    const rig = new EngineRig();
    const mended = join(rig.folder, 'mended');
    const script =
      'echo "WARNING: about $(basename "$1")"; case $1 in */b.txt) [ -e "$0" ] || exit 3;; esac; cp "$1" "$2"';
    const one = { ...shell('one', script), command: ['sh', '-c', script, mended, '{file}', '{output}'] };
    const run = await rig.run({ steps: [one, copy('two', { inputs: 'previous' })], files });
    expect(summaryOf(run)).toContain('step 1 worker_0: WARNING: about');
    expect(summaryOf(run)).toContain('exit-code, 1 item');
    await rig.engine.reconcile({ run: run.id });
    expect(summaryOf(run)).toContain('step 1 worker_0: WARNING: about');
    writeFileSync(mended, '');
    await run.resume();
    expect(summaryOf(run)).toContain('step 1 worker_0: WARNING: about b.txt');
    expect(
      metricsOf(run)
        .problems.map(({ text }) => text)
        .toSorted(),
    ).toEqual(['WARNING: about a.txt', 'WARNING: about b.txt', 'WARNING: about c.txt']);
  });
});

describe('logs', () => {
  it('beyond their budget are told of once, in the step they grew in', async () => {
    const rig = new EngineRig({ env: { DROVER_LOG_BUDGET: '2k' } });
    const prints = shell('one', 'seq 1000; cp "$1" "$2"');
    const run = await rig.run({ steps: [prints, copy('two', { inputs: 'previous' })], files });
    const said = [...run.component('validator', 1), ...run.component('validator', 2)].filter(({ message }) =>
      message.includes('more than the budget of 2.0 KiB'),
    );
    expect(said).toHaveLength(1);
    expect(summaryOf(run)).toMatch(/warning +1 × run: the logs of this run take/);
  });

  it('can be packed into the archive, and are there again when they are asked for or the run goes on', async () => {
    const rig = new EngineRig();
    const script = 'echo "about $1"; case $1 in */b.txt) [ -e "$0" ] || exit 3;; esac; cp "$1" "$2"';
    const mended = join(rig.folder, 'mended');
    const one = { ...shell('one', script), command: ['sh', '-c', script, mended, '{file}', '{output}'] };
    const run = await rig.run({ steps: [one], files });
    const before = readFileSync(run.logPath(0), 'utf8');
    const packed = await rig.engine.archive({ run: run.id, pack: true });
    expect(packed.ok).toBe(true);
    expect(existsSync(join(run.directory, 'logs'))).toBe(false);
    expect(await rig.engine.archive({ run: run.id })).toEqual(packed);
    expect(await rig.engine.reconcile({ run: run.id })).toMatchObject({ ok: true, value: { agreed: true } });
    expect(await rig.engine.verifyArchive({ run: run.id })).toMatchObject({ ok: true, value: { differences: [] } });
    expect(summaryOf(run)).toContain(packed.ok ? packed.value.sha256 : '');
    expect(await rig.engine.unpackLogs({ run: run.id })).toMatchObject({ ok: true });
    expect(readFileSync(run.logPath(0), 'utf8')).toBe(before);
    await rig.engine.archive({ run: run.id, pack: true });
    writeFileSync(mended, '');
    expect(await run.resume()).toMatchObject({ status: 'completed' });
    expect(readFileSync(run.logPath(0), 'utf8').startsWith(before)).toBe(true);
  });

  it('are read, followed and searched while they are packed as if they were not', async () => {
    const rig = new EngineRig();
    const { engine } = rig;
    const script = 'echo "WARNING - about $(basename "$1")"; cp "$1" "$2"';
    const run = await rig.run({ steps: [shell('one', script)], files });
    const name = { run: run.id, source: 'worker_0' };
    const look = async () => ({
      tail: await engine.tailLog({ ...name, lines: 2 }),
      range: await engine.readLog({ ...name, step: 1, offset: 0, length: 4000 }),
      hits: await engine.searchLog({ ...name, pattern: 'about b', limit: 5 }),
      followed: await engine.followLog(name),
      problems: await engine.logProblems({ run: run.id }),
      series: await engine.deviceSeries({ run: run.id, step: 1, points: 10 }),
      everywhere: await engine.searchRuns({ pattern: 'about c', limit: 5, pipeline: null, source: null, from: null }),
      names: await namesOfLogs(),
    });
    const namesOfLogs = async (): Promise<unknown> => {
      const sources = await engine.logSources({ run: run.id });
      return sources.ok ? sources.value.map(({ source, step, size }) => ({ source, step, size })) : sources;
    };
    const before = await look();
    expect(before).toMatchObject({
      tail: { ok: true },
      hits: { value: { hits: [{}] } },
      everywhere: { value: { runs: 1 } },
    });
    expect((await engine.archive({ run: run.id, pack: true })).ok).toBe(true);
    expect(existsSync(run.logPath(0))).toBe(false);
    expect(await look()).toEqual(before);
  });

  it('stay packed when the archive is damaged, and it is said to whoever reads them', async () => {
    const rig = new EngineRig();
    const run = await rig.run({ steps: [copy('one')], files });
    await rig.engine.archive({ run: run.id, pack: true });
    const archive = join(run.directory, 'run.tar.gz');
    const content = readFileSync(archive);
    writeFileSync(archive, content.subarray(0, content.length / 2));
    expect(await rig.engine.tailLog({ run: run.id, source: 'worker_0', lines: 3 })).toMatchObject({
      ok: false,
      error: { reason: 'run-damaged', message: expect.stringContaining('run.tar.gz') as string },
    });
    expect(await rig.engine.unpackLogs({ run: run.id })).toMatchObject({ ok: false, error: { reason: 'run-damaged' } });
    rmSync(archive);
    expect(await rig.engine.unpackLogs({ run: run.id })).toMatchObject({ ok: false });
  });
});
