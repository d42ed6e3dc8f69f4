import { setTimeout as sleep } from 'node:timers/promises';
import { type Problem, problem } from '../../../shared/problem.ts';
import { startHeadless } from '../launch/headless.ts';
import type { OwnedRun } from '../runs/own-run.ts';
import type { EngineCore } from './engine-core.ts';

/** How long it may take to detach a run (milliseconds). With a step under way this is immediate; between two steps files are checked first. */
const LEAVE_RUN_MS = 15_000;

/**
 * Hands over all runs that this process owns to headless engines, which first adopt the living workers. For runs that are being stopped it
 * waits instead.
 * @returns one problem for each run that could not be handed over; such a run goes on here
 */
export async function handOverOwnedRuns(core: EngineCore): Promise<Problem[]> {
  core.ending = true;
  const outcomes = await Promise.all([...core.owned.values()].map((owned) => handOver(core, owned)));
  const problems = outcomes.filter((outcome) => outcome !== null);
  if (problems.length > 0) core.ending = false;
  return problems;
}

async function handOver(core: EngineCore, { session, ended }: OwnedRun): Promise<Problem | null> {
  const { run, isStopping } = session;
  if (!isStopping && !(await session.leave()) && !session.isStopping) return notLeft(run, 'a worker is just starting');
  const status = await Promise.race([ended, isStopping ? ended : sleep(LEAVE_RUN_MS, 'late' as const, { ref: false })]);
  // The run was detached while no step was under way. It ends here once the work between two steps is done.
  if (status === 'late') return notLeft(run, 'its files are just being checked');
  if (status !== null) return null;
  return startSuccessor(core, run, session.parts.directory);
}

/** Starts the engine that goes on with the run. Takes the run back when that engine does not take it. */
async function startSuccessor(core: EngineCore, run: string, directory: string): Promise<Problem | null> {
  const { home, env, headless } = core.options;
  const started = await startHeadless({
    command: headless,
    home,
    env,
    run,
    directory,
    purpose: 'adopt',
    items: [],
  });
  if (started.ok) return null;
  const taken = await core.takeBack(directory);
  return taken.ok ? started.error : taken.error;
}

function notLeft(run: string, why: string): Problem {
  return problem(
    'cannot-start',
    `Run ${run} cannot go on without this Drover right now: ${why}.`,
    'Try again in a moment, or stop the run.',
  );
}
