import { dirname, join } from 'node:path';
import { makeRun } from '../../helpers/make-run.ts';
import type { Bench } from '../bench-context.ts';
import { bigLog } from '../big-log.ts';
import { droverCommand, homeEnvironment } from '../engine-run.ts';
import { interleaved, median, medianRatio } from '../measure.ts';
import { output, peakOfEmptyNode, peakUntilEnd, referenceCommand, start, timed } from '../processes.ts';
import { against, type Group, plainRow, type Row } from '../row.ts';

const ITEMS = 100_000;
const QUICK_ITEMS = 10_000;
const WORKERS = 64;
/** A run of so much fewer items has a summary of nearly the same size. */
const FEWER = 100;
/** Of `JSON.parse` over the same journal in plain Node, and of the summary of the smaller run. */
const SUMMARY_TARGET = 5;
const SUMMARY_SIZE_TARGET = 1.2;
const ARCHIVE_TARGET = 1;
/** Of an empty Node program. */
const ARCHIVE_MEMORY_TARGET = 4;
/** Compressing 2 GB takes a minute: more rounds would take all afternoon. */
const ARCHIVE_ROUNDS = 3;

/** The page about a large run. */
export const summaryOfMany: Group = {
  name: 'summary',
  about: 'summary of a run with 100,000 items and 64 workers',
  measure: measureSummary,
};

/** Packing a large log. */
export const archiveOfBig: Group = {
  name: 'archive-2gb',
  about: 'archive of 2 GB of logs, read back and checked',
  measure: measureArchive,
};

async function measureSummary(bench: Bench): Promise<Row[]> {
  const items = bench.quick ? QUICK_ITEMS : ITEMS;
  bench.doing(`making a run with ${items} items`);
  const home = bench.folder('summary');
  const directory = makeLargeRun(home, items);
  const small = bench.folder('summary-small');
  makeLargeRun(small, items / FEWER);
  bench.doing('drover summary, which builds it each time as none is there');
  const command = droverCommand(bench, 'summary', 'last');
  const env = homeEnvironment(home);
  const kilobytesOf = async (folder: string): Promise<number> =>
    Buffer.byteLength(await output(command, { env: homeEnvironment(folder) })) / 1000;
  const [large, few] = [await kilobytesOf(home), await kilobytesOf(small)];
  const { ours, parse } = await interleaved(bench.rounds, {
    ours: () => timed(command, { env }),
    parse: () => timed(referenceCommand('parse-lines', join(directory, 'journal.ndjson'))),
  });
  const title = `summary of a run with ${items} items and ${WORKERS} workers`;
  return [
    against(
      plainRow('summary/time', `${title}: whole command`, { unit: 's', value: median(ours), raw: { seconds: ours } }),
      { name: 'JSON.parse of its journal', each: parse, rounds: ours },
      SUMMARY_TARGET,
    ),
    against(
      plainRow('summary/size', `${title}: size`, { unit: 'kB', value: large, raw: {} }),
      { name: `the same with ${items / FEWER} items`, each: [few] },
      SUMMARY_SIZE_TARGET,
    ),
  ];
}

/** @returns its directory */
function makeLargeRun(home: string, items: number): string {
  const uuid = (rank: number): string => `GPU-${String(rank).padStart(8, '0')}-1111-2222-3333-444444444444`;
  return makeRun(join(home, 'runs'), {
    items,
    workers: WORKERS,
    failEvery: 50,
    outputs: false,
    device: (rank) => ({ kind: 'nvidia', index: rank, uuid: uuid(rank), name: 'NVIDIA H200' }),
  });
}

async function measureArchive(bench: Bench): Promise<Row[]> {
  const log = await bigLog(bench);
  const directory = dirname(dirname(dirname(log.bigLog)));
  const env = homeEnvironment(log.home);
  const reference = join(bench.folder('archive'), 'reference.tar.gz');
  const peaks: number[] = [];
  bench.doing('drover archive and tar | gzip -6 in turn');
  const seconds = await interleaved(Math.min(bench.rounds, ARCHIVE_ROUNDS), {
    ours: async () => {
      const from = performance.now();
      peaks.push(await peakUntilEnd(start(droverCommand(bench, 'archive', log.big), { env })));
      return (performance.now() - from) / 1000;
    },
    gzip: () =>
      timed(['sh', '-c', `tar -cf - -C '${directory}' logs journal.ndjson metadata.json | gzip -6 > '${reference}'`]),
  });
  bench.remove(dirname(reference));
  const empty = await peakOfEmptyNode();
  const title = `archive of ${log.bytes / 1e9} GB of logs`;
  return [
    {
      id: 'archive-2gb/time',
      title: `${title}: written, read back and compared`,
      unit: 's',
      ours: median(seconds.ours),
      reference: { name: 'tar -cf - | gzip -6', value: median(seconds.gzip) },
      value: medianRatio(seconds.ours, seconds.gzip),
      valueUnit: '×',
      target: ARCHIVE_TARGET,
      note: null,
      raw: { ours: seconds.ours, gzip: seconds.gzip },
    },
    against(
      plainRow('archive-2gb/memory', `${title}: memory`, { unit: 'MB', value: Math.max(...peaks), raw: { peaks } }),
      { name: 'an empty Node program', each: [empty] },
      ARCHIVE_MEMORY_TARGET,
    ),
  ];
}
