import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import { EngineRig, worker } from '../helpers/engine-rig.ts';
import { RESOURCES } from '../helpers/import-resource.ts';
import type { RigRun } from '../helpers/rig-run.ts';
import { CASES_FOLDER } from '../helpers/sequence-cases.ts';
import { pythonMissing } from '../helpers/worker-program.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/viral');
const PROTEIN = 'test_with_orfs_identified_protein.faa';

/** Runs a bundled pipeline, or a file like one, over the files of the rig's input folder. */
async function run(rig: EngineRig, pipeline: string, parameters: Record<string, string> = {}): Promise<RigRun> {
  const request = { ...rig.request({ steps: [], files: {} }), pipeline, parameters, devices: 'cpu:2', detach: false };
  const started = await rig.engine.startRun(request);
  if (!started.ok) throw new Error(`${started.error.message} ${started.error.advice}`);
  const found = rig.of(started.value);
  await found.ended();
  return found;
}

/** viral-features with programs that count letters in the place of the two models. */
function withoutModels(rig: EngineRig): string {
  const file = join(RESOURCES, 'pipelines/viral-features.json');
  const pipeline = JSON.parse(readFileSync(file, 'utf8')) as Pipeline;
  const standIns: Record<string, string> = { 'dnabert-s': 'ACGT', esm2: 'AFR' };
  const steps = pipeline.steps.map((step) => {
    const letters = standIns[step.name];
    if (letters === undefined) return step;
    return { ...step, command: ['{node}', worker('counts-letters.mjs'), '{resources}', letters] };
  });
  return rig.write({ 'viral.json': JSON.stringify({ ...pipeline, name: 'test', steps }) });
}

describe('the pipeline viral-features', () => {
  it('takes real files through all steps, each joined with what comes from the same file', async () => {
    const rig = new EngineRig();
    for (const name of readdirSync(FIXTURES).filter((file) => file.endsWith('.fa')))
      copyFileSync(join(FIXTURES, name), join(rig.inputFolder, name));
    copyFileSync(join(FIXTURES, PROTEIN), join(rig.inputFolder, 'protein.fa'));
    const found = await run(rig, withoutModels(rig));
    const { status, steps, items } = await found.status();
    expect(status).toBe('completed-with-failures');
    expect(steps.map(({ name, status: ended }) => [name, ended])).toEqual([
      ['chunk', 'completed-with-failures'],
      ...['translate', 'dnabert-s', 'esm2', 'merge'].map((name) => [name, 'completed']),
    ]);
    // The protein file fails at the first step, and what would come from it is skipped in the other four.
    expect(items).toMatchObject({ total: 25, complete: 20, failed: 1, skipped: 4 });
    expect(found.item('protein.fa').failure?.evidence).toContain('does not look like DNA: sequence synthetic_seq_1');
    for (const name of ['test_with_orfs', 'test_fixed_500bp']) {
      const expected = readFileSync(join(FIXTURES, `${name}_identified_protein.faa`), 'latin1');
      expect(found.output(`${name}.faa`, 2)).toBe(expected);
    }
    expect(found.outputs(5)).toEqual([
      'test_fixed_500bp.features.safetensors',
      'test_sequences.features.safetensors',
      'test_sequences_small.features.safetensors',
      'test_with_orfs.features.safetensors',
    ]);
    const { ids, rows } = features(found, 'test_with_orfs');
    expect(ids).toEqual(['1R1', '1R2', '2R1', '2R2'].map((name) => name.replace(/^(.)/, 'synthetic_seq_$1_chunk_1')));
    expect(rows).toEqual(expectedFeatures(found));
    // Random sequences: no frame of 500 bases is open, so the table is whole and has no rows.
    expect(features(found, 'test_sequences')).toEqual({ ids: [], rows: [] });
    expect(found.output('test_sequences.faa', 2)).toBe('; no reading frame without a stop codon\n');
  });
});

/** The numbers of the merged table, worked out from the files of the first two steps. */
function expectedFeatures(found: RigRun): number[][] {
  const count = (text: string, letters: string) => letters.split('').map((letter) => text.split(letter).length - 1);
  const chunks = records(found.output('test_with_orfs.fa', 1));
  return [...records(found.output('test_with_orfs.faa', 2))].map(([id, protein]) => [
    ...count(chunks.get(id.replace(/[FR]\d$/, '')) ?? '', 'ACGT'),
    ...count(protein, 'AFR'),
  ]);
}

function records(fasta: string): Map<string, string> {
  const [, ...found] = fasta.split(/^>/m);
  return new Map(found.map((record) => [record.split('\n')[0] ?? '', record.split('\n')[1] ?? '']));
}

function features(found: RigRun, stem: string): { ids: string[]; rows: number[][] } {
  const bytes = readFileSync(join(found.outputFolder(5), `${stem}.features.safetensors`));
  const length = Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as {
    __metadata__: { ids: string };
    features: { shape: [number, number] };
  };
  const [rows, columns] = header.features.shape;
  const number = (row: number, column: number) => bytes.readFloatLE(8 + length + 4 * (row * columns + column));
  return {
    ids: JSON.parse(header.__metadata__.ids) as string[],
    rows: Array.from({ length: rows }, (_, row) =>
      Array.from({ length: columns }, (__, column) => number(row, column)),
    ),
  };
}

describe('the pipeline kmer-embedding', () => {
  it('costs, reads and counts files by their content, and the records name what has no letters', async () => {
    const rig = new EngineRig();
    const names = ['gzip-with-another-name.fa', 'letters-missing.fa', 'lf.fa', 'plain-named-gzip.fa.gz'];
    for (const name of names) copyFileSync(join(CASES_FOLDER, name), join(rig.inputFolder, `in-${name}`));
    const found = await run(rig, 'kmer-embedding', { k: '2' });
    expect((await found.status()).status).toBe('completed');
    expect(names.map((name) => found.item(`in-${name}`).cost)).toEqual([34, 26, 34, 34]);
    expect(found.output('in-letters-missing.ids.txt')).toBe('s1\ns3\n');
    const checked = await rig.engine.reconcile({ run: found.id });
    if (!checked.ok) throw new Error(checked.error.message);
    expect(checked.value).toMatchObject({
      agreed: true,
      differences: [],
      left_out: [
        {
          step: 1,
          items: 1,
          sequences: 2,
          named: [expect.stringMatching(/^gone in /), expect.stringMatching(/^last in /)],
        },
      ],
    });
    // Either of the two workers may have had the file.
    expect([0, 1].map((rank) => found.log(rank)).join('')).toMatch(
      /WARNING - in-letters-missing\.fa: 2 records have no letters and are left out: gone, last/,
    );
  });
});

describe('the pipeline shell-command', () => {
  it('runs a command per file, whose name is never text of the shell', async () => {
    const rig = new EngineRig();
    const name = 'a\'b"; touch "$2.hacked"; $(id) .txt';
    rig.write({ [`in/${name}`]: 'one\n', 'in/b.txt': 'two\n' });
    const found = await run(rig, 'shell-command', { command: 'tr a-z A-Z < "$1" > "$2"', suffix: 'up' });
    expect((await found.status()).status).toBe('completed');
    expect(found.outputs()).toEqual([`${name}.up`, 'b.txt.up'].toSorted());
    expect(found.output(`${name}.up`)).toBe('ONE\n');
  });
});

describe.skipIf(pythonMissing !== '')(`bundled pipelines in Python${pythonMissing}`, () => {
  it('python-script keeps a script of a person running over all files, with the helper', async () => {
    const rig = new EngineRig();
    rig.write({ 'in/a.txt': 'one\n', 'in/b.txt': 'two\n' });
    const script = rig.write({
      'shout.py': [
        'import os, sys',
        'from drover_worker import atomic_output, complete, items',
        'print("ready with", sys.argv[1:], os.environ["DEVICE"], flush=True)',
        'for item in items():',
        '    with open(item["file"]) as source, atomic_output(item["output"]) as temporary:',
        '        temporary.write_text(source.read().upper())',
        '    complete(item["file"], outputs=[item["output"]])',
      ].join('\n'),
    });
    const found = await run(rig, 'python-script', { script, arguments: '--x "a b"', suffix: 'up' });
    expect((await found.status()).status).toBe('completed');
    expect([found.output('a.txt.up'), found.output('b.txt.up')]).toEqual(['ONE\n', 'TWO\n']);
    expect(found.log()).toContain("ready with ['--x', 'a b'] cpu");
  });

  it('esm2-embedding without PyTorch fails as a missing module, with the command that installs it', async () => {
    // -S leaves out everything that was installed for the interpreter.
    const rig = new EngineRig();
    const python = rig.write({ 'bin/python3': '#!/bin/sh\nexec python3 -S -E "$@"\n' });
    chmodSync(python, 0o755);
    rig.env['DROVER_PYTHON'] = python;
    mkdirSync(join(rig.folder, 'model'));
    copyFileSync(join(FIXTURES, PROTEIN), join(rig.inputFolder, PROTEIN));
    const found = await run(rig, 'esm2-embedding', { model_folder: 'model' });
    const { status, workers } = await found.status();
    expect(status).toBe('failed');
    expect(workers[0]).toMatchObject({ status: 'failed', reason: 'missing-module', exit_code: 1 });
    const failure = found.eventsOf('worker-ended')[0]?.failure;
    expect(failure?.evidence).toMatch(/No module named 'torch'\. Install: \S+ -m pip install torch transformers/);
    expect(failure?.advice).toMatch(/[Ii]nstall/);
    expect(found.outputs()).toEqual([]);
  });
});
