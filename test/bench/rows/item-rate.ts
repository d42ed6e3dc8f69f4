import type { Bench } from '../bench-context.ts';
import { readEvents, startRun } from '../engine-run.ts';
import { makeFiles, makeList } from '../inputs.ts';
import { interleaved, median, medianRatio } from '../measure.ts';
import { timed } from '../processes.ts';
import type { Group, Row } from '../row.ts';

const ITEMS = 1_000;
const QUICK_ITEMS = 200;
const SLOTS = 8;

/** How fast many trivial items go through, one process each. */
export const itemRate: Group = {
  name: 'item-rate',
  about: 'seconds per item, trivial items, each, 8 slots',
  measure,
};

async function measure(bench: Bench): Promise<Row[]> {
  const items = bench.quick ? QUICK_ITEMS : ITEMS;
  const input = bench.folder('items');
  const list = makeList(input, makeFiles(input, items));
  const [xargs, parallel] = [bench.find('xargs'), bench.find('parallel')];
  const steps: number[] = [];
  const timeOurs = async (): Promise<number> => {
    const { command, step } = await runItems(bench, input);
    steps.push(step);
    return command;
  };
  bench.doing(`${items} items through drover run, xargs and parallel in turn`);
  const seconds = await interleaved(bench.rounds, {
    ours: timeOurs,
    xargs: xargs === null ? null : () => timed(['sh', '-c', `'${xargs}' -P ${SLOTS} -n1 true < '${list}'`]),
    parallel: parallel === null ? null : () => timed(['sh', '-c', `'${parallel}' -j${SLOTS} true < '${list}'`]),
  });
  const perItem = (values: readonly number[]): number[] => values.map((value) => (value * 1000) / items);
  const title = `${items} trivial items, each, 8 slots, per item`;
  const rowOf = (what: string, ours: number[], reference: string, theirs: number[], target: number | null): Row => ({
    id: `item-rate/${what}`,
    title: `${title}: ${what.startsWith('command') ? 'whole command' : 'the step alone'}`,
    unit: 'ms',
    ours: median(perItem(ours)),
    reference: { name: reference, value: theirs.length === 0 ? null : median(perItem(theirs)) },
    value: theirs.length === 0 ? null : medianRatio(ours, theirs),
    valueUnit: '×',
    target,
    note: theirs.length === 0 ? `${reference} is not installed` : null,
    raw: { ours_seconds: ours, reference_seconds: theirs },
  });
  return [
    rowOf('command-parallel', seconds.ours, 'parallel -j8', seconds.parallel, 1),
    rowOf('command-xargs', seconds.ours, 'xargs -P 8 -n1', seconds.xargs, null),
    rowOf('step-parallel', steps, 'parallel -j8', seconds.parallel, null),
  ];
}

/** One run from an empty data directory. @returns seconds of the whole command, and of its step by the journal */
async function runItems(bench: Bench, input: string): Promise<{ command: number; step: number }> {
  const home = bench.folder('each');
  const from = performance.now();
  const run = startRun(bench, { pipeline: 'bench-true', input, slots: SLOTS, home });
  const status = await run.ended;
  const command = (performance.now() - from) / 1000;
  if (status !== 0) throw new Error(`drover run ended with ${status}: ${run.messages()}`);
  const events = readEvents(run.directory());
  const timeOf = (type: string): number => Date.parse(events.find((event) => event.type === type)?.time ?? '') / 1000;
  const step = timeOf('step-ended') - timeOf('step-started');
  bench.remove(home);
  return { command, step };
}
