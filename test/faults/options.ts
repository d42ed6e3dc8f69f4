import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BUILT_CLI } from '../helpers/built-command.ts';

export interface FaultOptions {
  /** The seeds to play, in order. */
  from: number;
  count: number;
  /** Schedules at once. */
  jobs: number;
  /** Where the results go. */
  results: string;
  /** Only add up what is in the folder of results. */
  addUp: boolean;
  /** The program of the `drover` command. */
  cli: string;
  /** Plays the cases that have names, too. */
  cases: boolean;
  /** One case instead of seeds. */
  name: string | null;
  /** Plays one schedule inside a namespace with a small disk at this place, and prints the result as JSON. */
  disk: string | null;
}

/** Most of a schedule is waiting, so several fit on one core. */
const JOBS_PER_CORE = 3;

export const USAGE = `usage: npm run test:faults -- [--from A] [--count N] [--seed N] [--cases] [--case NAME] [--jobs N]
                                 [--results DIR] [--cli FILE] [--add-up]
  --from A       the first seed (default: 1)
  --count N      how many seeds (default: 50)
  --seed N       this one schedule; it is printed, and its folder is kept when something is wrong
  --cases        the cases that have names, each with one fault, before the seeds
  --case NAME    this one case
  --jobs N       schedules at once (default: three per core)
  --results DIR  where the results go as JSON, one file per range (default: fault-results)
  --cli FILE     another build of the command (default: out/main/cli.js, which is built when it is not up to date)
  --add-up       plays nothing and adds up what is in the folder of results`;

/** Reads the command line. @returns null when help was asked for. @throws for an unknown option or a wrong number */
export function readOptions(args: string[]): FaultOptions | null {
  const { values } = parseArgs({
    args,
    options: {
      from: { type: 'string', default: '1' },
      count: { type: 'string', default: '50' },
      seed: { type: 'string' },
      jobs: { type: 'string', default: String(cpus().length * JOBS_PER_CORE) },
      results: { type: 'string', default: join(import.meta.dirname, '../../fault-results') },
      'add-up': { type: 'boolean', default: false },
      cli: { type: 'string', default: BUILT_CLI },
      cases: { type: 'boolean', default: false },
      case: { type: 'string' },
      disk: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const { seed } = values;
  return {
    from: wholeNumber('--from', seed ?? values.from),
    count: seed === undefined ? wholeNumber('--count', values.count) : 1,
    jobs: Math.max(1, wholeNumber('--jobs', values.jobs)),
    results: values.results,
    addUp: values['add-up'],
    cli: resolve(values.cli),
    cases: values.cases,
    name: values.case ?? null,
    disk: values.disk ?? null,
  };
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`${option} needs a whole number, not ${text}`);
  return Number(text);
}
