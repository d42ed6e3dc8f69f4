import type { Bench } from '../bench-context.ts';
import { type BigLog, bigLog } from '../big-log.ts';
import { droverCommand, homeEnvironment } from '../engine-run.ts';
import { interleaved, median, medianRatio, without } from '../measure.ts';
import { output, timed } from '../processes.ts';
import { type Group, type Row, unmeasured } from '../row.ts';

const GREP_TARGET = 1.5;
const TAIL_LINES = 1_000;
/** Of the same command on a log with hardly a line: the size of a log does not matter. */
const TAIL_TARGET = 1.2;

/** Searching a large log. */
export const logGrep: Group = {
  name: 'log-grep',
  about: 'logs --grep of a rare literal in a 2 GB log',
  measure: measureGrep,
};

/** The end of a large log. */
export const logTail: Group = {
  name: 'log-tail',
  about: 'last 1,000 lines of a 2 GB log',
  measure: measureTail,
};

async function measureGrep(bench: Bench): Promise<Row[]> {
  const log = await bigLog(bench);
  const title = `logs --grep of a rare literal, ${log.bytes / 1e9} GB, beyond start-up`;
  const rg = bench.find('rg');
  const ours = (run: string): string[] => droverCommand(bench, 'logs', run, 'worker_0', '--grep', log.needle);
  await checkSameHits(log, ours(log.big), rg);
  bench.doing('drover logs --grep and rg -c -F in turn');
  const env = homeEnvironment(log.home);
  const seconds = await interleaved(bench.rounds, {
    ours: () => timed(ours(log.big), { env }),
    oursTiny: () => timed(ours(log.tiny), { env }),
    rg: rg === null ? null : () => timed([rg, '-c', '-F', log.needle, log.bigLog]),
    rgTiny: rg === null ? null : () => timed([rg, '-c', '-F', 'a', log.tinyLog]),
  });
  if (rg === null) return [unmeasured('log-grep', title, GREP_TARGET, 'rg is not installed')];
  const beyond = without(seconds.ours, seconds.oursTiny);
  const theirs = without(seconds.rg, seconds.rgTiny);
  return [
    {
      id: 'log-grep',
      title,
      unit: 's',
      ours: median(beyond),
      reference: { name: 'rg -c -F', value: median(theirs) },
      value: medianRatio(beyond, theirs),
      valueUnit: '×',
      target: GREP_TARGET,
      note: null,
      raw: { ours: seconds.ours, ours_start_up: seconds.oursTiny, rg: seconds.rg, rg_start_up: seconds.rgTiny },
    },
  ];
}

async function checkSameHits(log: BigLog, ours: string[], rg: string | null): Promise<void> {
  const printed = await output(ours, { env: homeEnvironment(log.home) });
  const lines = printed.split('\n').filter((line) => line.includes(log.needle)).length;
  const expected = rg === null ? lines : Number(await output([rg, '-c', '-F', log.needle, log.bigLog]));
  if (lines !== expected || lines === 0) throw new Error(`drover logs --grep found ${lines} lines, rg ${expected}`);
}

async function measureTail(bench: Bench): Promise<Row[]> {
  const log = await bigLog(bench);
  const env = homeEnvironment(log.home);
  const ours = (run: string): string[] =>
    droverCommand(bench, 'logs', run, 'worker_0', '--tail', String(TAIL_LINES), '--raw');
  const printed = (await output(ours(log.big), { env })).split('\n').length - 1;
  if (printed !== TAIL_LINES) throw new Error(`drover logs --tail printed ${printed} lines`);
  bench.doing('drover logs --tail and tail -n in turn');
  const seconds = await interleaved(bench.rounds, {
    ours: () => timed(ours(log.big), { env }),
    oursTiny: () => timed(ours(log.tiny), { env }),
    tail: () => timed(['tail', '-n', String(TAIL_LINES), log.bigLog]),
  });
  const ms = (values: readonly number[]): number[] => values.map((value) => value * 1000);
  const beyond = without(ms(seconds.ours), ms(seconds.oursTiny));
  return [
    {
      id: 'log-tail',
      title: `last ${TAIL_LINES} lines of ${log.bytes / 1e9} GB, beyond start-up: more than tail -n`,
      unit: 'ms',
      ours: median(beyond),
      reference: { name: 'tail -n', value: median(ms(seconds.tail)) },
      value: median(without(beyond, ms(seconds.tail))),
      valueUnit: 'ms',
      ratio: medianRatio(seconds.ours, seconds.oursTiny),
      target: TAIL_TARGET,
      note: `the ratio is the whole command, ${median(ms(seconds.ours)).toFixed(0)} ms, to the same on a log with hardly a line`,
      raw: { ours: seconds.ours, ours_start_up: seconds.oursTiny, tail: seconds.tail },
    },
  ];
}
