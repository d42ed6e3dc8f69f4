import { existsSync } from 'node:fs';
import { workerId } from '../../../shared/ids.ts';
import type { ItemState } from '../../../shared/items/item.ts';
import { problem } from '../../../shared/problem.ts';
import type { RunState, StepState } from '../../../shared/run/run-model.ts';
import { journalFile, workerLog } from '../../engine/run-directory/paths.ts';
import { type CliContext, must, ProblemError } from '../cli-context.ts';
import { rankOf } from './choose-sources.ts';
import { findItem } from './find-item.ts';
import { showItem } from './follow-item.ts';
import type { ItemSpan } from './item-spans.ts';
import { LastLines } from './line-writer.ts';
import type { LogRequest } from './log-request.ts';
import type { Printing } from './print-sources.ts';
import { RunJournal } from './run-journal.ts';
import { openRunWatch } from './run-watch.ts';
import { makePrinter } from './source-printer.ts';

/** Shows what was printed about one item, attempt by attempt, and follows it on request. */
export async function printItem(
  context: CliContext,
  place: { run: string; directory: string },
  request: LogRequest & { item: string },
  printing: Printing,
): Promise<void> {
  const watch = request.follow ? await openRunWatch(context.engine, place) : null;
  try {
    const state = watch?.state ?? readState(place.directory);
    const { workingDirectory } = context;
    const found = must(findItem(state, { text: request.item, step: request.step, workingDirectory }));
    const live = watch === null || watch.overAtOnce ? null : watch;
    const wants = wantedAttempts(found.item, request, live !== null);
    checkWorker(found.step, request);
    const kept = request.tail === 'all' || live !== null ? null : new LastLines(request.tail);
    const packed = live === null ? must(await context.engine.logSources({ run: place.run })) : [];
    const pathOf = (rank: number): string =>
      packed.find((log) => log.step === found.step.step && log.source === workerId(rank))?.path ??
      workerLog(place.directory, found.step.step, rank);
    const begin = beginner(context, pathOf, found, {
      request,
      printing: { ...printing, sink: kept ?? printing.sink },
    });
    await showItem({ ...found, watch: live, wants, begin });
    await kept?.drainTo(printing.sink);
  } finally {
    await watch?.close();
  }
}

function readState(directory: string): RunState {
  try {
    return new RunJournal(journalFile(directory)).state;
  } catch (error) {
    const message = `The journal of this run cannot be read: ${String(error)}.`;
    throw new ProblemError(problem('run-damaged', message, 'Leave --item out to see the logs as they are.'));
  }
}

/** Returns which attempts are shown; an attempt that does not exist ends the command. */
function wantedAttempts(item: ItemState, { attempt }: LogRequest, live: boolean): (span: ItemSpan) => boolean {
  const count = item.spans.length;
  if (attempt === null) return () => true;
  if (attempt === 'last') return (span) => span.attempt >= count;
  if (attempt <= count || live) return (span) => span.attempt === attempt;
  const message = `There is no attempt ${attempt} at ${item.file}: it was tried ${count === 1 ? 'once' : `${count} times`}.`;
  throw new ProblemError(problem('unknown-source', message, 'Leave --attempt out to see all there are.'));
}

function checkWorker(step: StepState, { source }: LogRequest): void {
  if (source === null || (rankOf(source) >= 0 && rankOf(source) < step.workers.length)) return;
  const workers = step.workers.length > 0 ? `worker_0 to worker_${step.workers.length - 1}` : 'none yet';
  const message = `"${source}" is not a worker of step ${step.step}, and only workers print about items.`;
  throw new ProblemError(
    problem('unknown-source', message, `Its workers: ${workers}. Leave SOURCE out to see all of them.`),
  );
}

/** Announces each attempt and makes the printer of its log. */
function beginner(
  context: CliContext,
  pathOf: (rank: number) => string,
  { step, item }: { step: StepState; item: ItemState },
  { request, printing }: { request: LogRequest; printing: Printing },
): (span: ItemSpan) => ReturnType<typeof makePrinter> | null {
  return (span) => {
    const source = workerId(span.rank);
    if (request.source !== null && request.source !== source) {
      context.report(`Attempt ${span.attempt} at ${item.file} was made by ${source}.`);
      return null;
    }
    const path = pathOf(span.rank);
    context.report(
      `Attempt ${span.attempt} of ${item.spans.length} at ${item.file}: ${source}, from byte ${span.from}.`,
    );
    if (span.to !== null && !existsSync(path)) context.report(`${path} no longer exists.`);
    return makePrinter({ source, step: step.step, path }, { ...request, ...printing, many: false });
  };
}
