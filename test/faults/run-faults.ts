import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync } from 'node:fs';
import { buildIfChanged } from '../helpers/build-if-changed.ts';
import { BUILT_CLI } from '../helpers/built-command.ts';
import { optionsOrNull, refuse } from '../helpers/command-options.ts';
import { HUNG_MS, slowness } from '../helpers/patience.ts';
import { Watchdog } from '../helpers/watchdog.ts';
import { CASES } from './cases.ts';
import { type FaultOptions, readOptions, USAGE } from './options.ts';
import { playOnSmallDisk } from './play-on-small-disk.ts';
import { type Played, playSchedule } from './play-schedule.ts';
import { addUp, rangeResult, writeResult } from './results.ts';
import { noNamespaces } from './scene.ts';
import { describeSchedule, makeSchedule, nameOf, optionsFor, type Schedule } from './schedule.ts';

await main();

/** Plays schedules, prints what is violated, keeps the results as JSON. */
async function main(): Promise<void> {
  const options = optionsOrNull(readOptions, USAGE);
  if (options === null) return;
  if (options.addUp) return print(addUp(options.results));
  if (options.disk !== null) return playHere(options);
  if (options.cli === BUILT_CLI) buildIfChanged();
  if (!existsSync(options.cli)) return refuse(`${options.cli} is not there.`);
  await playRange(options);
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

async function playHere(options: FaultOptions): Promise<void> {
  const [schedule] = schedulesOf(options);
  if (schedule !== undefined) print([JSON.stringify(await playSchedule(schedule, options))]);
}

/** The schedules that are asked for. */
function schedulesOf({ from, count, cases, name }: FaultOptions): Schedule[] {
  const one = name === null ? undefined : CASES.get(name);
  if (name !== null && one === undefined) refuse(`There is no case ${name}: ${[...CASES.keys()].join(', ')}`);
  if (name !== null) return one === undefined ? [] : [one];
  const seeds = Array.from({ length: count }, (_, index) => makeSchedule(from + index));
  return cases ? [...CASES.values(), ...seeds] : seeds;
}

async function playRange(options: FaultOptions): Promise<void> {
  const started = new Date();
  const hasDisks = spawnSync('unshare', ['-Urm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
  const all = schedulesOf(options);
  const skipped = all.filter(({ smallDisk }) => smallDisk && !hasDisks);
  const waiting = all.filter((schedule) => !skipped.includes(schedule));
  const played: Played[] = [];
  if (noNamespaces !== null) print([noNamespaces]);
  if (all.length === 1) for (const schedule of all) print(describeSchedule(schedule));
  const watchdog = new Watchdog();
  const work = async (): Promise<void> => {
    for (let schedule = waiting.shift(); schedule !== undefined; schedule = waiting.shift()) {
      const name = nameOf(schedule);
      watchdog.sign(name, `fault schedule ${name}`, HUNG_MS * slowness());
      const one = await play(schedule, options.cli);
      watchdog.over(name, one.violations.length > 0 ? 'failed' : 'passed');
      played.push(one);
      if (one.violations.length > 0) print(tellViolated(schedule, one));
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
  watchdog.end();
  tell(rangeResult({ ...options, started }, played, skipped.map(nameOf)), options.results);
}

function play(schedule: Schedule, cli: string): Promise<Played> {
  return schedule.smallDisk ? playOnSmallDisk(schedule, cli) : playSchedule(schedule, { disk: null, cli });
}

function tellViolated(schedule: Schedule, { violations, kept, seconds }: Played): string[] {
  const [option, value] = optionsFor(schedule);
  return [
    `VIOLATED after ${seconds.toFixed(1)} s; again with: npm run test:faults -- ${option} ${JSON.stringify(value)}`,
    ...describeSchedule(schedule),
    ...violations.map((violation) => `  ! ${violation}`),
    ...(kept === null ? [] : [`  kept: ${kept}`]),
  ];
}

function tell(result: ReturnType<typeof rangeResult>, folder: string): void {
  const [passed, failed, skipped] = [
    result.played.length + result.cases.length - result.violated.length,
    result.violated.length,
    result.skipped.length,
  ];
  // One case says nothing about a range.
  const file = result.played.length === 0 ? 'no seed was played' : writeResult(folder, result);
  const faults = Object.values(result.faults).reduce((sum, count) => sum + count, 0);
  print([
    `${result.played.length + result.cases.length} fault schedules with ${faults} faults in ${result.seconds} s: ${file}`,
  ]);
  const totals = process.env['DROVER_TEST_TOTALS'] ?? '';
  if (totals === '') print([`${passed} passed, ${failed} failed, ${skipped} skipped`]);
  else appendFileSync(totals, `${passed} ${failed} ${skipped}\n`);
  if (failed > 0) process.exitCode = 1;
}
