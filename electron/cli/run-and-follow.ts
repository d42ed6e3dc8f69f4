import type { LaunchNotice } from '../../shared/contract/launch.ts';
import { jsonLine } from '../../shared/json-line.ts';
import type { LeftOut } from '../../shared/run/left-out.ts';
import type { RunStatus } from '../../shared/run/run-status.ts';
import { type CliContext, EXIT, must } from './cli-context.ts';
import { followRun } from './follow-run.ts';
import { listenForInterrupts } from './interrupts.ts';
import { leftOutLines, noticeLines } from './left-out-lines.ts';
import type { ProgressDisplay } from './progress/progress-display.ts';
import { exitStatusOf, reportEnding } from './run-ending.ts';

/** A run to start and how to show it. */
export interface RunAndFollowRequest {
  json: boolean;
  plain: boolean;
  detach: boolean;
  start: () => Promise<StartedRun>;
}

/** Why nothing was started, and the status of the run if it is already known: folding 100,000 items again takes a second. */
interface Idle {
  why: string;
  status: RunStatus | null;
}

/** A run that was started, or one with nothing left to do. */
interface StartedRun {
  run: string;
  /** The number of events that its journal had before. */
  past: number;
  /** Why nothing was started; null when the run continues now. */
  nothingToDo: Idle | null;
  /** What the search for inputs found and did not use. */
  leftOut?: readonly LeftOut[];
  notices?: readonly LaunchNotice[];
}

/**
 * Starts a run and follows it until it has ended: progress on standard error, run id and path of the summary on standard output.
 * The first request to end stops the workers in order, a second one kills them.
 * @returns the exit status
 */
export async function runAndFollow(context: CliContext, request: RunAndFollowRequest): Promise<number> {
  const { engine, report } = context;
  let run: string | null = null;
  let display: ProgressDisplay | null = null;
  const print = (text: string): void => (display === null ? report(`drover: ${text}`) : display.note(text));
  const stop = async (force: boolean, by: string): Promise<void> => {
    if (run !== null) await engine.stopRun({ run, force, by });
  };
  const interrupts = listenForInterrupts(({ force, by }) => {
    // While no run is owned, nothing has been created. A second request before there is a run means: do not wait for it.
    if (run === null && (force || engine.ownedRuns().length === 0)) process.exit(EXIT.interrupted);
    print(force ? 'killing the workers …' : `stopping the workers (${by}) …; press Ctrl-C again to kill them`);
    void stop(force, by);
  });
  try {
    const started = await request.start();
    run = started.run;
    announce(context, request, run);
    reportLeftOut(context, request.json, started.leftOut ?? []);
    reportNotices(context, request.json, started.notices ?? []);
    if (started.nothingToDo !== null) return await endIdle(context, request.json, run, started.nothingToDo);
    if (request.detach) {
      if (!request.json) report(`The run continues in the background. Watch it with: drover watch ${run}`);
      return EXIT.done;
    }
    if (interrupts.interrupted()) await stop(false, 'Ctrl-C');
    const options = { json: request.json, plain: request.plain, past: started.past, withPast: false };
    const followed = await followRun(context, run, options, (shown) => {
      display = shown;
    });
    display = null;
    if (!request.json) await reportEnding(context, followed);
    await printEnd(context, request.json, run, followed.status);
    return interrupts.interrupted() ? EXIT.interrupted : exitStatusOf(followed.status);
  } finally {
    interrupts.dispose();
  }
}

function announce({ print }: CliContext, { json }: RunAndFollowRequest, run: string): void {
  print(json ? jsonLine({ event: 'run', run }) : run);
}

/** Reports right after the run's id what is not an input, so that it comes before longer output. */
function reportLeftOut({ print, report }: CliContext, json: boolean, leftOut: readonly LeftOut[]): void {
  if (leftOut.length === 0) return;
  if (json) print(jsonLine({ event: 'left-out', left_out: leftOut }));
  else for (const line of leftOutLines(leftOut)) report(line);
}

function reportNotices({ print, report }: CliContext, json: boolean, notices: readonly LaunchNotice[]): void {
  if (notices.length === 0) return;
  if (json) print(jsonLine({ event: 'notices', notices }));
  else for (const line of noticeLines(notices)) report(line);
}

async function endIdle(context: CliContext, json: boolean, run: string, idle: Idle): Promise<number> {
  if (!json) context.report(idle.why);
  const status = idle.status ?? must(await context.engine.runStatus({ run })).status;
  await printEnd(context, json, run, status);
  return EXIT.done;
}

/** Prints the last line on standard output: where the summary is. */
async function printEnd({ engine, print }: CliContext, json: boolean, run: string, status: RunStatus): Promise<void> {
  const summary = await engine.summary({ run });
  const path = summary.ok ? summary.value.path : null;
  if (json) print(jsonLine({ event: 'end', status, summary: path }));
  else if (path !== null) print(path);
}
