import type { LogSource } from '../../../shared/contract/logs.ts';
import { isLogSource } from '../../engine/run-directory/paths.ts';
import { type CliContext, must, ProblemError } from '../cli-context.ts';
import { chooseSources, rankOf, unknownSource } from './choose-sources.ts';
import { followSources } from './follow-sources.ts';
import { LastLines, type LineSink } from './line-writer.ts';
import type { LogRequest } from './log-request.ts';
import { openRunWatch, type RunWatch } from './run-watch.ts';
import { makePrinter, type SourcePrinter, wholeLinesEnd } from './source-printer.ts';

/** Where the lines go, and whether with colours. */
export interface Printing {
  sink: LineSink;
  colours: boolean;
}

/** Shows one log, or all workers' logs of a step, and follows them on request. */
export async function printSources(
  context: CliContext,
  place: { run: string; directory: string },
  request: LogRequest,
  printing: Printing,
): Promise<void> {
  const watch = request.follow ? await openRunWatch(context.engine, place) : null;
  try {
    const live = watch !== null && !watch.overAtOnce ? watch : null;
    const chosen = await chosenSources(context, place.run, request, live);
    const printerFor = (source: Omit<LogSource, 'size'>): SourcePrinter =>
      makePrinter(source, { ...request, ...printing, many: request.source === null });
    const begun = chosen.map((source) => ({ place: source, printer: printerFor(source) }));
    for (const { printer } of begun) await printNow(printer, request, printing.sink, { live: live !== null, context });
    if (live === null && chosen.length === 0) context.report('No worker of this run has a log (yet).');
    const firstStep = chosen[0]?.step ?? 1;
    if (live !== null)
      await followSources(live, { ...request, directory: place.directory, firstStep, begun, printerFor });
  } finally {
    await watch?.close();
  }
}

async function chosenSources(
  context: CliContext,
  run: string,
  request: LogRequest,
  live: RunWatch | null,
): Promise<LogSource[]> {
  const sources = must(await context.engine.logSources({ run }));
  const chosen = chooseSources(sources, request);
  if (chosen.ok) return chosen.value;
  if (live === null || !mayAppear(live, request)) throw new ProblemError(unknownSource(sources, request));
  context.report('This log does not exist yet; waiting for it.');
  return [];
}

/** Whether a log that does not exist can still appear while the run continues. */
function mayAppear(watch: RunWatch, request: LogRequest): boolean {
  if (request.source !== null && !isLogSource(request.source)) return false;
  const steps = watch.state.steps.filter((step) => request.step === null || step.step === request.step);
  const rank = request.source === null ? -1 : rankOf(request.source);
  // The ranks of a step are known once it has started.
  return steps.some((step) => step.workers.length === 0 || rank < step.workers.length);
}

/** Shows the present content: the tail, or everything that was requested. */
async function printNow(
  printer: SourcePrinter,
  request: LogRequest,
  sink: LineSink,
  { live, context }: { live: boolean; context: CliContext },
): Promise<void> {
  if (request.tail !== 'all' && request.grep === null) {
    const { cut } = await printer.printTail(request.tail);
    if (cut)
      context.report(`The last lines of ${printer.path} are too long: only their end is shown; --tail all shows all.`);
  } else {
    const kept = request.tail === 'all' ? null : new LastLines(request.tail);
    printer.sink = kept ?? sink;
    // Following begins at a whole line, or a search would miss a match in a half-written line.
    await printer.printRange({ from: 0, to: live && request.grep !== null ? await wholeLinesEnd(printer.path) : null });
    await kept?.drainTo(sink);
    printer.sink = sink;
  }
  if (!live) await printer.finish();
}
