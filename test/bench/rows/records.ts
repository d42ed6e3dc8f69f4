import { dirname, join } from 'node:path';
import { makeRun } from '../../helpers/make-run.ts';
import type { Bench } from '../bench-context.ts';
import { bigLog } from '../big-log.ts';
import { droverCommand, homeEnvironment } from '../engine-run.ts';
import { interleaved, median, medianRatio } from '../measure.ts';
import { output, peakUntilEnd, start, timed } from '../processes.ts';
import type { Group, Row } from '../row.ts';

const ITEMS = 100_000;
const QUICK_ITEMS = 10_000;
const WORKERS = 64;
const SUMMARY_TARGET_SECONDS = 2;
const SUMMARY_TARGET_KILOBYTES = 12.288;
const ARCHIVE_TARGET = 1;
const ARCHIVE_TARGET_MEGABYTES = 200;
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
  const uuid = (rank: number): string => `GPU-${String(rank).padStart(8, '0')}-1111-2222-3333-444444444444`;
  makeRun(join(home, 'runs'), {
    items,
    workers: WORKERS,
    failEvery: 50,
    outputs: false,
    device: (rank) => ({ kind: 'nvidia', index: rank, uuid: uuid(rank), name: 'NVIDIA H200' }),
  });
  bench.doing('drover summary, which builds it each time as none is there');
  const command = droverCommand(bench, 'summary', 'last');
  const env = homeEnvironment(home);
  const text = await output(command, { env });
  const { ours } = await interleaved(bench.rounds, { ours: () => timed(command, { env }) });
  const title = `summary of a run with ${items} items and ${WORKERS} workers`;
  const kilobytes = Buffer.byteLength(text) / 1000;
  return [
    plain('summary/time', `${title}: whole command`, 's', median(ours), SUMMARY_TARGET_SECONDS, { seconds: ours }),
    plain('summary/size', `${title}: size`, 'kB', kilobytes, SUMMARY_TARGET_KILOBYTES, {}),
  ];
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
    plain('archive-2gb/memory', `${title}: memory`, 'MB', Math.max(...peaks), ARCHIVE_TARGET_MEGABYTES, { peaks }),
  ];
}

function plain(
  id: string,
  title: string,
  unit: string,
  ours: number,
  target: number,
  raw: Record<string, readonly number[]>,
): Row {
  return { id, title, unit, ours, reference: null, value: ours, valueUnit: unit, target, note: null, raw };
}
