import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { drover } from '../helpers/drover-command.ts';
import { EngineRig } from '../helpers/engine-rig.ts';

/** Names that a shell, a template, an option parser or a terminal would take for something else. */
const NAMES = [
  '-rf.txt',
  '--output=x.txt',
  '{output}.txt',
  '{param.word}.txt',
  '{{file}}.txt',
  '$(touch pwned).txt',
  '`touch pwned`.txt',
  "it's; touch pwned.txt",
  'two words "quoted".txt',
  'line\nbreak.txt',
  'tab\there.txt',
  '\u001b]0;title\u0007.txt',
  'a*b?[c].txt',
  'a..b..txt',
  'ünï-日本-🧬.txt',
  '%s%n.txt',
  '&& touch pwned.txt',
  'line\u2028separator.txt',
  'paragraph\u2029separator.txt',
  'next\u0085line.txt',
  'carriage\rreturn.txt',
  'vertical\u000btab and \u001cfile separator.txt',
];

/** Writes what it was given into its output, byte for byte. */
const COPY = {
  command: ['sh', '-c', 'printf "%s\\n" "$1" > "$2"', 'sh', '{file}', '{output}'],
  outputs: ['{stem}.out'],
  dispatch: 'each',
};

function filesNamed(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, 'x']));
}

describe('file names', () => {
  it('reach the worker as they are, whatever a shell or a template would make of them', async () => {
    const rig = new EngineRig();
    const run = await rig.run({ steps: [COPY], files: filesNamed(NAMES), devices: 'cpu:4' });
    expect((await run.ended()).items).toMatchObject({ complete: NAMES.length, failed: 0 });
    const outputs = join(run.directory, 'outputs/step_001');
    for (const name of NAMES) {
      const output = join(outputs, name.replace(/\.txt$/, '.out'));
      expect(readFileSync(output, 'utf8')).toBe(`${join(rig.inputFolder, name)}\n`);
    }
    expect(readdirSync(outputs)).toHaveLength(NAMES.length);
    expect(existsSync(join(run.directory, 'pwned'))).toBe(false);
    expect(existsSync(join(rig.folder, 'pwned'))).toBe(false);
  });

  it('reach a queue worker as they are', async () => {
    const rig = new EngineRig();
    const script = join(import.meta.dirname, '../fixtures/workers/copies-queue.mjs');
    const step = { command: ['{node}', script], outputs: ['{stem}.out'], dispatch: 'queue' };
    const run = await rig.run({ steps: [step], files: filesNamed(NAMES), devices: 'cpu:2' });
    expect((await run.ended()).items).toMatchObject({ complete: NAMES.length, failed: 0 });
  });

  it.each([
    [
      '{node}',
      'drover-worker.mjs',
      `import { copyFileSync } from 'node:fs';
      const { items, complete } = await import(process.argv[2]);
      for await (const { file, output } of items()) {
        copyFileSync(file, output);
        complete(file);
      }`,
    ],
    [
      '{python}',
      'drover_worker.py',
      [
        'import os, shutil, sys',
        'sys.path.insert(0, os.path.dirname(sys.argv[1]))',
        'from drover_worker import items, complete',
        'for item in items():',
        '    shutil.copyfile(item["file"], item["output"])',
        '    complete(item["file"])',
      ].join('\n'),
    ],
  ])('reach a queue worker for %s that uses %s as they are', async (program, helper, script) => {
    const rig = new EngineRig();
    const worker = rig.write({ [program === '{node}' ? 'worker.mjs' : 'worker.py']: script });
    const command = [program, worker, `{resources}/workers/${helper}`];
    const run = await rig.run({
      steps: [{ command, outputs: ['{stem}.out'], dispatch: 'queue', retries: 0 }],
      files: filesNamed(NAMES),
      devices: 'cpu:2',
    });
    expect((await run.ended()).items).toMatchObject({ complete: NAMES.length, failed: 0 });
  });

  it('do no harm to a terminal when they are printed', async () => {
    const rig = new EngineRig();
    const failing = { command: ['sh', '-c', 'exit 3'], dispatch: 'each', retries: 0 };
    const run = await rig.run({ steps: [failing], files: filesNamed(NAMES) });
    await run.ended();
    for (const words of [
      ['status', run.id],
      ['summary', run.id],
      ['logs', run.id, 'orchestrator', '--tail', 'all'],
    ]) {
      const { stdout, stderr } = await drover(rig.home, ...words);
      const printed = `${stdout}${stderr}`;
      expect([printed.includes('\u001b'), printed.includes('\u0007')]).toEqual([false, false]);
    }
  });
});

describe('parameters', () => {
  it('are arguments and nothing else', async () => {
    const rig = new EngineRig();
    const word = '"; touch pwned; $(touch pwned) {file} `id` \u2028 \u2029';
    const command = ['sh', '-c', 'printf "%s\\n" "$1" > "$2"; [ "$WORD" = "$1" ]', 'sh', '{param.word}', '{output}'];
    const run = await rig.run({
      steps: [{ ...COPY, command, env: { WORD: '{param.word}' } }],
      parameterTypes: { word: { type: 'string' } },
      parameters: { word },
    });
    await run.ended();
    expect(readFileSync(join(run.directory, 'outputs/step_001/a.out'), 'utf8')).toBe(`${word}\n`);
    expect(existsSync(join(run.directory, 'pwned'))).toBe(false);
  });
});

describe('ids and names that reach the file system', () => {
  const PATHS = ['..', '../..', '/etc/passwd', '....//', 'a/b', '.', '%2e%2e', '\\..\\', 'x\0y'];

  it.each(PATHS)('are refused when they are paths: %j', async (path) => {
    const rig = new EngineRig();
    const run = await rig.run({ steps: [COPY] });
    await run.ended();
    const { engine } = rig;
    expect(await engine.runStatus({ run: path }).catch(() => ({ ok: false }))).toMatchObject({ ok: false });
    expect(await engine.readLog({ run: run.id, source: path, offset: 0, length: 10 })).toMatchObject({ ok: false });
    expect(await engine.findRun({ text: path, prefer: 'newest' })).toMatchObject({ ok: false });
    expect(await engine.tailLog({ run: run.id, source: `../${path}`, lines: 1 })).toMatchObject({ ok: false });
  });

  it('are refused in the name of a pipeline', async () => {
    const rig = new EngineRig();
    const definition = { name: '../../evil', inputs: {}, steps: [{ name: 'work', ...COPY }] };
    const pipeline = rig.write({ 'evil.json': JSON.stringify(definition) });
    const refused = await rig.refuse({ ...rig.request({ steps: [COPY] }), pipeline });
    expect(refused.reason).toBe('invalid-pipeline');
  });

  it('are refused in the outputs of a step', async () => {
    const rig = new EngineRig();
    const refused = await rig.refuse({ steps: [{ ...COPY, outputs: ['../../{stem}.out'] }] });
    expect(refused.message).toContain('outputs');
  });
});

describe('a run folder that came from elsewhere', () => {
  it('leads to no file outside of it by links in its logs', async () => {
    const rig = new EngineRig();
    const secret = rig.write({ 'secret.txt': 'a secret line\n' });
    const run = await rig.run({ steps: [COPY] });
    await run.ended();
    const log = join(run.directory, 'logs/step_001/worker_0.log');
    rmSync(log);
    symlinkSync(secret, log);
    symlinkSync('/etc/hostname', join(run.directory, 'logs/step_001/worker_7.log'));
    const { engine } = rig;
    expect(await engine.readLog({ run: run.id, source: 'worker_0', offset: 0, length: 100 })).toMatchObject({
      ok: false,
    });
    expect(await engine.searchLog({ run: run.id, source: 'worker_7', pattern: '.', limit: 1 })).toMatchObject({
      ok: false,
    });
    const found = await engine.searchRuns({ pattern: 'a secret', limit: 9, pipeline: null, source: null, from: null });
    expect(found).toMatchObject({ ok: true, value: { hits: [] } });
    const bundle = join(rig.folder, 'bundle');
    expect(await engine.supportBundle({ directory: bundle, runs: [run.id] })).toMatchObject({ ok: true });
    expect(existsSync(join(bundle, 'runs', run.id, 'logs/step_001/worker_0.log'))).toBe(false);
  });

  it.each([
    'logs/step_001/worker_0.log',
    'logs/step_001/worker_0.reports.ndjson',
    'logs/reconciliation.log',
    'logs',
    'processes/step_001/worker_0.ndjson',
    'journal.ndjson',
    'control',
  ])('is not written to where %s is a link', async (name) => {
    const rig = new EngineRig();
    const run = await rig.run({ steps: [{ dispatch: 'each', command: ['false'], retries: 0 }] });
    const kept = join(rig.folder, 'kept');
    renameSync(join(run.directory, name), kept);
    const before = contentOf(kept);
    symlinkSync(kept, join(run.directory, name));
    const said = {
      ok: false,
      error: { reason: 'run-damaged', message: expect.stringContaining('symbolic link') as string },
    };
    expect(await rig.engine.resumeRun({ run: run.id, detach: false })).toMatchObject(said);
    expect(await rig.engine.reconcile({ run: run.id })).toMatchObject(said);
    expect(contentOf(kept)).toEqual(before);
  });

  it('has no links in its archive', async () => {
    const rig = new EngineRig();
    const run = await rig.run({ steps: [COPY] });
    await run.ended();
    symlinkSync('/etc/hostname', join(run.directory, 'logs/step_001/worker_7.log'));
    expect(await rig.engine.archive({ run: run.id })).toMatchObject({ ok: true });
    const listed = await rig.engine.verifyArchive({ run: run.id });
    expect(listed).toMatchObject({ ok: true, value: { differences: [] } });
    const { stdout } = await drover(rig.home, 'archive', run.id, '--verify', '--json');
    expect(stdout).not.toContain('worker_7');
  });

  it('is not removed through a link', async () => {
    const rig = new EngineRig();
    const run = await rig.run({ steps: [COPY] });
    await run.ended();
    const kept = rig.write({ 'kept/file.txt': 'kept' });
    symlinkSync(join(rig.folder, 'kept'), join(run.directory, 'outputs', 'elsewhere'));
    symlinkSync(join(rig.folder, 'kept'), join(rig.home, 'runs', 'test', '20200101-000000-000-aaaa'));
    await rig.engine.clean({ olderThanDays: 0, logsOnly: false, dryRun: false });
    expect(readFileSync(kept, 'utf8')).toBe('kept');
    expect(existsSync(run.directory)).toBe(false);
  });
});

describe('what others may see', () => {
  it('is nothing: the data directory, its runs and their logs are this user’s', async () => {
    const rig = new EngineRig();
    const run = await rig.run({ steps: [COPY] });
    await run.ended();
    const folders = [rig.home, run.directory, join(run.directory, 'logs'), join(run.directory, 'logs/step_001')];
    expect(folders.filter((folder) => (statSync(folder).mode & 0o077) !== 0)).toEqual([]);
  });

  it('of the environment is what a list allows: no secret reaches records, summary or archive', async () => {
    const rig = new EngineRig({
      env: { HF_TOKEN: 'hf_topsecret', AWS_SECRET_ACCESS_KEY: 'topsecret', LANG: 'C.UTF-8' },
    });
    const run = await rig.run({ steps: [COPY] });
    await run.ended();
    await rig.engine.archive({ run: run.id });
    const files = readdirSync(run.directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.tar.gz'))
      .map((entry) => join(entry.parentPath, entry.name));
    expect(files.length).toBeGreaterThan(8);
    expect(files.filter((file) => readFileSync(file, 'utf8').includes('topsecret'))).toEqual([]);
    const metadata = readFileSync(join(run.directory, 'metadata.json'), 'utf8');
    expect(metadata).toContain('C.UTF-8');
  });
});

describe('files of the data directory that were changed by hand', () => {
  it.each([
    ['journal.ndjson', ''],
    ['journal.ndjson', '{"type":"run-created"}\n'],
    ['journal.ndjson', '[]\n\u0000\u0001\n'],
    ['metadata.json', '{'],
    ['metadata.json', '{"version": 999}'],
    ['owner.json', '{"pid": -1}'],
    ['metrics.json', 'null'],
  ])('make no command break: %s as %j', async (name, text) => {
    const rig = new EngineRig();
    const run = await rig.run({ steps: [COPY] });
    await run.ended();
    writeFileSync(join(run.directory, name), text);
    const { engine } = rig;
    await expect(engine.runs({})).resolves.toMatchObject({ ok: true, value: expect.any(Array) });
    const answers = await Promise.all([
      engine.runStatus({ run: run.id }),
      engine.summary({ run: run.id }),
      engine.resumeRun({ run: run.id, detach: false }),
      engine.reconcile({ run: run.id }),
    ]);
    // Refused or not: never an exception, and a refusal says what happened and what to do.
    const refusals = answers.flatMap((answer) => (answer.ok ? [] : [answer.error]));
    const inWords = refusals.filter(({ message, advice }) => message !== '' && advice !== '');
    expect(inWords).toEqual(refusals);
  });
});

/** What stands in a file, or in all files below a folder. */
function contentOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [readFileSync(path, 'utf8')];
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).toSorted();
  return names.flatMap((name) => [name, ...(statSync(join(path, name)).isFile() ? contentOf(join(path, name)) : [])]);
}

describe('what the command prints as lines of JSON', () => {
  it('is one line for every reader of lines, whatever the names in it', async () => {
    const rig = new EngineRig();
    const name = 'one\u2028two\u2029three\u0085four';
    rig.write({ [`in/${name}.txt`]: 'a\n', [`in/${name}.bz2`]: 'left out\n' });
    const pipeline = rig.pipeline([
      { dispatch: 'each', command: ['cp', '{file}', '{output}'], outputs: ['{stem}.out'] },
    ]);
    const words = ['-p', pipeline, '-i', rig.inputFolder, '-d', 'cpu:1', '--name', name, '--json'];
    const printed = [await drover(rig.home, 'run', ...words), await drover(rig.home, 'runs', '--json')];
    for (const { status, stdout } of printed) {
      expect(status).toBe(0);
      const lines = stdout.trimEnd().split(/[\n\u0085\u2028\u2029]/);
      for (const line of lines) expect(JSON.parse(line)).toBeTypeOf('object');
    }
    const [run = '', runs = ''] = printed.map(({ stdout }) => stdout);
    expect(JSON.parse(run.split('\n')[1] ?? '')).toMatchObject({ event: 'left-out' });
    expect(JSON.parse(runs)).toMatchObject({ runs: [{ name }] });
  });
});
