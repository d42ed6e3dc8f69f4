import { join } from 'node:path';
import { type Command, Option } from 'commander';
import type { ArchiveResult } from '../../../shared/contract/records.ts';
import { bytes } from '../../../shared/format.ts';
import { type CliContext, EXIT, must } from '../cli-context.ts';
import { differenceLine } from '../difference-line.ts';
import { printJson } from '../output.ts';

interface ArchiveOptions {
  verify?: boolean;
  pack?: boolean;
  unpack?: boolean;
  json?: boolean;
}

const EXAMPLES = `
Examples:
  drover archive last
  drover archive last --verify
  drover archive last --pack        then its logs exist only in the archive; they are read as before`;

/** `drover archive RUN`: makes or checks the archive of logs and records. */
export function registerArchiveCommand(program: Command, context: () => CliContext): void {
  program
    .command('archive')
    .summary('make or check the archive of a run')
    .description('Makes run.tar.gz of the logs and records of a run, and prints its SHA-256 and path.')
    .argument('<RUN>', 'a run id, the beginning of one, or last')
    .option('--verify', 'check the existing archive instead; status 1 when something differs')
    .addOption(new Option('--pack', 'remove the logs once they are in the archive').conflicts('verify'))
    .addOption(new Option('--unpack', 'take packed logs out of the archive again').conflicts(['verify', 'pack']))
    .option('--json', 'one JSON document')
    .addHelpText('after', EXAMPLES)
    .action((run: string, options: ArchiveOptions) => archive(context(), run, options));
}

async function archive(context: CliContext, text: string, options: ArchiveOptions): Promise<void> {
  const { run } = must(await context.engine.findRun({ text, prefer: 'newest' }));
  if (options.verify === true) return verify(context, run, options.json ?? false);
  if (options.unpack === true) return unpack(context, run, options.json ?? false);
  const made = must(await context.engine.archive({ run, pack: options.pack ?? false }));
  if (options.json === true) return printJson(context, made);
  printArchive(context, made);
}

async function unpack(context: CliContext, run: string, json: boolean): Promise<void> {
  const { directory } = must(await context.engine.unpackLogs({ run }));
  const logs = join(directory, 'logs');
  if (json) return printJson(context, { run, logs });
  context.print(logs);
}

async function verify(context: CliContext, run: string, json: boolean): Promise<void> {
  const { result, differences } = must(await context.engine.verifyArchive({ run }));
  if (differences.length > 0) process.exitCode = EXIT.runFailed;
  if (json) return printJson(context, { ...result, differences });
  printArchive(context, result);
  for (const difference of differences) context.print(differenceLine(difference));
  context.report(
    differences.length === 0 ? 'The archive is complete and agrees with the run.' : 'The archive differs.',
  );
}

/** Prints the line that sha256sum prints, so that `sha256sum -c` accepts it. */
function printArchive(context: CliContext, archive: ArchiveResult): void {
  context.print(`${archive.sha256}  ${archive.path}`);
  context.report(`The size of the archive is ${bytes(archive.size)}.`);
}
