import { type ChannelOptions, createBirpc } from 'birpc';
import { z } from 'zod';
import { type Events, type Methods, methodInputs } from '../../../shared/contract.ts';
import { problem } from '../../../shared/problem.ts';
import { err } from '../../../shared/result.ts';
import type { Engine } from '../engine-api.ts';

/** Methods whose answer is no `Result`: what is wrong with their input can only be told as an error. */
const PLAIN_ANSWERS: readonly (keyof Methods)[] = ['devices', 'pipelines', 'runs', 'unwatchRun', 'unfollowLog', 'about'];

/**
 * Serves an engine over a channel: a pair of ports, a WebSocket, or two functions. Every input is checked against the contract before a
 * method sees it; what does not fit is answered as the problem `invalid-usage`. Events of the engine are pushed to the client.
 * @returns ends the service: no event is pushed any more
 */
export function serveEngine(engine: Engine, channel: ChannelOptions): () => void {
  const client = createBirpc<Events, Methods>(checkedMethods(engine), {
    ...channel,
    // A run may be watched for days; whoever calls decides how long to wait.
    timeout: -1,
    eventNames: ['runEvents', 'runProgress', 'runProblems', 'runEnded', 'logGrown'],
  });
  const forget = engine.subscribe({
    runEvents: (push) => void client.runEvents.asEvent(push),
    runProgress: (push) => void client.runProgress.asEvent(push),
    runProblems: (push) => void client.runProblems.asEvent(push),
    runEnded: (push) => void client.runEnded.asEvent(push),
    logGrown: (push) => void client.logGrown.asEvent(push),
  });
  return () => {
    forget();
    client.$close();
  };
}

function checkedMethods(engine: Engine): Methods {
  const names = Object.keys(methodInputs) as (keyof Methods)[];
  return Object.fromEntries(names.map((name) => [name, checkedMethod(engine, name)])) as unknown as Methods;
}

function checkedMethod(engine: Engine, name: keyof Methods): (input: unknown) => Promise<unknown> {
  const call = engine[name] as (input: unknown) => Promise<unknown>;
  return async (input) => {
    const checked = methodInputs[name].safeParse(input);
    if (checked.success) return call(checked.data);
    const found = problem(
      'invalid-usage',
      `${name}: ${z.prettifyError(checked.error)}`,
      'Correct the values and try again.',
    );
    if (PLAIN_ANSWERS.includes(name)) throw new Error(found.message);
    return err(found);
  };
}
