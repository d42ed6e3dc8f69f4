import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Words of which one must stand in a group's name or description; all groups when there is none. */
  only: string[];
  quick: boolean;
  /** The built command that is measured. */
  cli: string;
  /** Where the JSON goes. */
  results: string;
}

const ROOT = join(import.meta.dirname, '..', '..');

export const USAGE = `usage: npm run bench -- [--only WORD]… [--quick] [--cli FILE]
  --only WORD   only groups of rows with this word in their name or description
  --quick       sized down for trying: the numbers prove nothing
  --cli FILE    another build of the command (default: out/main/cli.js, made by npm run build)`;

/** Reads the command line. @returns null when help was asked for. @throws for an unknown option */
export function readOptions(args: string[]): BenchOptions | null {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', multiple: true },
      quick: { type: 'boolean', default: false },
      cli: { type: 'string', default: join(ROOT, 'out', 'main', 'cli.js') },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  return {
    only: values.only ?? [],
    quick: values.quick,
    cli: resolve(values.cli),
    results: join(ROOT, 'bench-results'),
  };
}
