import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { optionsOrNull, refuse } from '../helpers/command-options.ts';
import { type Bench, openBench } from './bench-context.ts';
import { describeMachine } from './machine.ts';
import { type BenchOptions, readOptions, USAGE } from './options.ts';
import { endAll } from './processes.ts';
import { type Group, isMet, type Row, ratioOf, unmeasured } from './row.ts';
import { GROUPS } from './rows/groups.ts';
import { renderTable } from './table.ts';

/** The form of the JSON; a change of meaning gets another number. Since 2 targets speak of `ratio`, where they spoke of `value`. */
const FORMAT = 2;

await main();

/** Measures the groups asked for, prints the table and keeps everything in bench-results/. */
async function main(): Promise<void> {
  const options = optionsOrNull(readOptions, USAGE);
  if (options === null) return;
  const groups = GROUPS.filter((group) => isChosen(group, options.only));
  if (groups.length === 0) return refuse(`No row has ${options.only.join(' or ')} in it.`);
  if (!existsSync(options.cli)) return refuse(`${options.cli} is not there: run npm run build first.`);
  const bench = openBench(options);
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => interrupted.abort());
  try {
    await Promise.race([measureAndTell(bench, groups, options), whenAborted(interrupted.signal)]);
  } finally {
    await endAll();
    bench.close();
  }
  if (interrupted.signal.aborted) process.exit(130);
}

function isChosen(group: Group, words: readonly string[]): boolean {
  return words.length === 0 || words.some((word) => `${group.name} ${group.about}`.includes(word));
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

async function measureAndTell(bench: Bench, groups: readonly Group[], options: BenchOptions): Promise<void> {
  const started = new Date();
  const machine = await describeMachine(bench);
  const rows: Row[] = [];
  let file = '';
  for (const group of groups) {
    rows.push(...(await measureGroup(bench, group)));
    // A bench that is ended early keeps what it has measured.
    file = keepRows(rows, { started, machine, options });
  }
  const { processor, cores, memory_gb, node } = machine;
  process.stdout.write(
    `\n${processor}, ${cores} cores, ${memory_gb} GB, Node ${node}${options.quick ? ' (QUICK)' : ''}\n`,
  );
  process.stdout.write(`\n${renderTable(rows)}\n\n${file}\n`);
}

interface MeasuredWhere {
  started: Date;
  machine: Awaited<ReturnType<typeof describeMachine>>;
  options: BenchOptions;
}

/** Writes the rows so far into the file of this bench. @returns its path */
function keepRows(rows: readonly Row[], { started, machine, options }: MeasuredWhere): string {
  const document = {
    format: FORMAT,
    started: started.toISOString(),
    seconds: Math.round((Date.now() - started.getTime()) / 1000),
    quick: options.quick,
    only: options.only,
    machine,
    rows: rows.map((row) => ({ ...row, ratio: ratioOf(row), met: isMet(row) })),
  };
  mkdirSync(options.results, { recursive: true });
  const file = join(options.results, `${started.toISOString().replaceAll(':', '-')}.json`);
  writeFileSync(file, `${JSON.stringify(document, null, 1)}\n`);
  return file;
}

/** The rows of a group; one row in words when it could not be measured, and the others go on. */
async function measureGroup(bench: Bench, group: Group): Promise<Row[]> {
  process.stderr.write(`${group.name}: ${group.about}\n`);
  try {
    return await group.measure(bench);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`  could not be measured: ${message}\n`);
    return [unmeasured(group.name, group.about, null, `could not be measured: ${message}`)];
  }
}
