import type { Command } from 'commander';
import type { QueuePlace, WaitingRun } from '../../../shared/contract/machine.ts';
import { duration, localTime } from '../../../shared/format.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { queueWish } from '../../../shared/run/device-queue.ts';
import { oneLine } from '../../../shared/text-columns.ts';
import { type CliContext, must, ProblemError } from '../cli-context.ts';
import { printJson } from '../output.ts';
import { type Column, tableLines, UNKNOWN } from '../table.ts';

interface QueueOptions {
  json?: boolean;
}

const COLUMNS: readonly Column[] = [
  { heading: '', number: true },
  { heading: 'RUN' },
  { heading: 'PIPELINE' },
  { heading: 'USER' },
  { heading: 'WAITS FOR' },
  { heading: 'SINCE' },
  { heading: 'EXPECTED' },
];

const EXAMPLES = `
Examples:
  drover run -p kmer-embedding -i genomes/ --when-free
  drover queue
  drover queue move 20261121-0515 first
  drover queue move last before 20261121-0515
  drover stop 20261121-0515                       takes a run out of the queue

Runs start in this order, those of all users of the machine. A run passes another one only where that one does not start later because of it.`;

/** `drover queue`: the runs that wait for devices, and their order. */
export function registerQueueCommand(program: Command, context: () => CliContext): void {
  program
    .command('queue')
    .summary('show the runs that wait for devices, or move one')
    .description('Shows the runs that wait for devices, in the order in which they start, or moves one of yours.')
    .argument('[ACTION]', 'move')
    .argument('[RUN]', 'a waiting run: its id, the beginning of it, or last')
    .argument('[PLACE]', 'first, last, or before')
    .argument('[OTHER]', 'after before: another waiting run of yours')
    .option('--json', 'one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(
      async (
        action: string | undefined,
        run: string | undefined,
        place: string | undefined,
        other: string | undefined,
        options: QueueOptions,
      ) => {
        const given = [action, run, place, other].filter((text) => text !== undefined);
        await queue(given, options, context());
      },
    );
}

async function queue(given: readonly string[], { json = false }: QueueOptions, context: CliContext): Promise<void> {
  const { engine } = context;
  const answer = given.length === 0 ? await engine.queue({}) : await engine.moveQueued(await moveOf(given, context));
  const { runs } = must(answer);
  if (json) return printJson(context, { runs });
  if (runs.length === 0) return context.report('No run waits for devices.');
  for (const line of tableLines(COLUMNS, runs.map(row))) context.print(line);
  for (const { run, waits } of runs) for (const text of waits) context.print(`${run}: ${oneLine(text)}`);
}

/** Reads `move RUN first|last|before OTHER`. */
async function moveOf(given: readonly string[], { engine }: CliContext): Promise<{ run: string; to: QueuePlace }> {
  const [action, text = '', place, other, ...rest] = given;
  const isWhole =
    place === 'before' ? other !== undefined : other === undefined && (place === 'first' || place === 'last');
  if (action !== 'move' || text === '' || !isWhole || rest.length > 0) throw new ProblemError(unreadable(given));
  const { run } = must(await engine.findRun({ text, prefer: 'newest' }));
  if (place !== 'before') return { run, to: place === 'first' ? 'first' : 'last' };
  return { run, to: { before: must(await engine.findRun({ text: other ?? '', prefer: 'newest' })).run } };
}

function unreadable(given: readonly string[]): Problem {
  return problem(
    'invalid-usage',
    `"drover queue ${given.join(' ')}" cannot be read.`,
    'Write: drover queue move RUN first, drover queue move RUN last, or drover queue move RUN before OTHER.',
  );
}

function row(one: WaitingRun, index: number): string[] {
  const waited = duration((Date.now() - Date.parse(one.since)) / 1000);
  return [
    String(index + 1),
    one.run,
    oneLine(one.pipeline),
    one.user === null ? 'you' : oneLine(one.user),
    queueWish(one),
    `${localTime(one.since)} (${waited})`,
    one.expected === null ? UNKNOWN : localTime(one.expected),
  ];
}
