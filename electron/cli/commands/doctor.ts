import { resolve } from 'node:path';
import type { Command } from 'commander';
import { plural } from '../../../shared/format.ts';
import { reportLines, verdict } from '../../engine/doctor/report-text.ts';
import { type CliContext, EXIT, must } from '../cli-context.ts';
import { printJson } from '../output.ts';

interface DoctorOptions {
  bundle?: string | true;
  run?: string[];
  json?: boolean;
}

const EXAMPLES = `
Examples:
  drover doctor
  drover doctor --bundle --run last`;

/** `drover doctor`: checks the machine, and writes a folder for the person who helps. */
export function registerDoctorCommand(program: Command, context: () => CliContext): void {
  program
    .command('doctor')
    .summary('check the machine and report what to fix')
    .description(
      'Checks devices, driver, Python, PyTorch, disk, limits and clock, and reports what to fix. The exit status is 1 when something must be fixed.',
    )
    .option('--bundle [DIR]', 'also write a folder, without secrets, for the person who helps you')
    .option('--run <RUN...>', 'runs to put into the bundle; the newest that did not complete by default')
    .option('--json', 'one JSON document')
    .addHelpText('after', EXAMPLES)
    .action((options: DoctorOptions) => doctor(context(), options));
}

async function doctor(context: CliContext, options: DoctorOptions): Promise<void> {
  const report = must(await context.engine.doctor({}));
  const bundle = options.bundle === undefined ? null : await writeBundle(context, options.bundle, options.run ?? []);
  if (report.checks.some(({ status }) => status === 'problem')) process.exitCode = EXIT.runFailed;
  if (options.json === true) return printJson(context, bundle === null ? report : { ...report, bundle });
  for (const line of reportLines(report)) context.print(line);
  context.print('');
  context.print(verdict(report));
  if (bundle === null) return;
  context.print(`${plural(bundle.files.length, 'file')} written to ${bundle.directory}`);
  context.report('drover: check the folder before you pass it on: it contains file names and printed text.');
}

async function writeBundle(context: CliContext, bundle: string | true, runs: string[]) {
  const stamp = new Date().toISOString().replaceAll(/[-:]/g, '').slice(0, 15);
  const directory = resolve(context.workingDirectory, bundle === true ? `drover-support-${stamp}` : bundle);
  return must(await context.engine.supportBundle({ directory, runs }));
}
