import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench-context.ts';
import { makeFasta } from '../fasta.ts';
import { interleaved, median, medianRatio, without } from '../measure.ts';
import { output } from '../processes.ts';
import { type Group, type Row, unmeasured } from '../row.ts';

const PROGRAM = join(import.meta.dirname, '..', 'programs', 'count.mjs');

/** How fast costs are counted, on one thread. */
export const counting: Group = { name: 'counting', about: 'counting sequences and residues in 1 GB of FASTA', measure };

interface Case {
  id: string;
  title: string;
  file: string;
  tiny: string;
  estimator: 'fasta-sequences' | 'fasta-residues';
  target: number;
  reference: { name: string; tools: string[]; command: string; count: (printed: string) => number };
}

async function measure(bench: Bench): Promise<Row[]> {
  const { path, bytes } = await makeFasta(bench);
  const tiny = join(bench.folder('tiny'), 'tiny.fa');
  writeFileSync(tiny, '>a\nACGT\n');
  const size = `${bytes / 1e9} GB of FASTA`;
  const rows = [
    await measureCase(bench, {
      id: 'counting/sequences',
      title: `sequences in ${size}, beyond start-up`,
      file: path,
      tiny,
      estimator: 'fasta-sequences',
      target: 1.1,
      // Through a pipe: grep stops at the first hit when it sees that nobody reads.
      reference: {
        name: "grep -c '>'",
        tools: ['grep'],
        command: `LC_ALL=C grep -c '>' '${path}' | cat`,
        count: Number,
      },
    }),
    await measureCase(bench, {
      id: 'counting/residues',
      title: `residues in ${size}, beyond start-up`,
      file: path,
      tiny,
      estimator: 'fasta-residues',
      target: 1.2,
      reference: {
        name: 'seqkit stats',
        tools: ['seqkit'],
        command: `seqkit stats -T -j 1 '${path}'`,
        count: (printed) => Number(printed.split('\n')[1]?.split('\t')[4]),
      },
    }),
  ];
  return [...rows, await measureCompressed(bench, path, size)];
}

async function measureCompressed(bench: Bench, path: string, size: string): Promise<Row> {
  const title = `sequences in the .gz of ${size}, beyond start-up`;
  if (bench.find('pigz') === null) return unmeasured('counting/gz', title, 1, 'pigz is not installed');
  bench.doing('compressing it');
  // The fastest level: what is measured is reading it.
  await output(['pigz', '-1', '--keep', path]);
  const tiny = join(bench.folder('tiny'), 'tiny.fa');
  writeFileSync(tiny, '>a\nACGT\n');
  await output(['pigz', tiny]);
  return measureCase(bench, {
    id: 'counting/gz',
    title,
    file: `${path}.gz`,
    tiny: `${tiny}.gz`,
    estimator: 'fasta-sequences',
    target: 1,
    reference: {
      name: 'pigz -dc | grep -c',
      tools: ['pigz', 'grep'],
      command: `pigz -dc '${path}.gz' | LC_ALL=C grep -c '>'`,
      count: Number,
    },
  });
}

async function measureCase(bench: Bench, { id, title, file, tiny, estimator, target, reference }: Case): Promise<Row> {
  const missing = reference.tools.filter((tool) => bench.find(tool) === null);
  if (missing.length > 0) return unmeasured(id, title, target, `${missing.join(' and ')} is not installed`);
  const ours = [process.execPath, PROGRAM, file, estimator];
  const theirs = ['sh', '-c', reference.command];
  const [found, expected] = [Number(await output(ours)), reference.count(await output(theirs))];
  if (found !== expected) throw new Error(`${title}: ${found} were counted, ${expected} by ${reference.name}`);
  bench.doing(`${title}: ours and ${reference.name} in turn`);
  const seconds = await interleaved(bench.rounds, {
    ours: () => timedOutput(ours),
    startUp: () => timedOutput([process.execPath, PROGRAM, tiny, estimator]),
    reference: () => timedOutput(theirs),
  });
  const beyond = without(seconds.ours, seconds.startUp);
  return {
    id,
    title,
    unit: 's',
    ours: median(beyond),
    reference: { name: reference.name, value: median(seconds.reference) },
    value: medianRatio(beyond, seconds.reference),
    valueUnit: '×',
    target,
    note: null,
    raw: { ours: seconds.ours, ours_start_up: seconds.startUp, reference: seconds.reference },
  };
}

async function timedOutput(command: string[]): Promise<number> {
  const from = performance.now();
  await output(command);
  return (performance.now() - from) / 1000;
}
