import { type ChannelOptions, createBirpc } from 'birpc';
import { z } from 'zod';
import { EVENT_NAMES, type Events } from '../../../shared/contract/events.ts';
import { type Methods, methodInputs } from '../../../shared/contract/methods.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err } from '../../../shared/result.ts';
import { debug } from '../logs/debug-log.ts';
import type { Engine } from './engine-api.ts';

/**
 * Serves an engine to one client over a channel: a pair of ports, a WebSocket, or two functions. Every input is checked against the contract
 * before a method sees it; what does not fit is answered as the problem `invalid-usage`. What the client watches is pushed to it.
 * @param channel hands over decoded messages
 * @returns ends the service: what the client watches and searches ends, and nothing is pushed any more
 */
export function serveEngine(engine: Engine, channel: ChannelOptions): () => void {
  const push = (name: keyof Events) => (news: never) => void (client[name].asEvent as (news: never) => unknown)(news);
  const session = engine.openClient(
    Object.fromEntries(EVENT_NAMES.map((name) => [name, push(name)])) as unknown as Events,
  );
  const client = createBirpc<Events, Methods>(checkedMethods({ ...engine, ...session }), {
    ...channel,
    on: (receive) => channel.on((message: unknown) => (isRequestMessage(message) ? receive(message) : undefined)),
    // Only what the contract names can be called, and nothing that every object inherits.
    resolver: (name, found) => (Object.hasOwn(methodInputs, name) ? found : undefined),
    // A run may be watched for days; the caller decides how long to wait.
    timeout: -1,
    // A channel that has closed meanwhile takes no answer, and an answer that cannot be sent is sent as an error.
    onGeneralError: () => true,
    eventNames: EVENT_NAMES,
  });
  return () => {
    session.close();
    client.$close();
  };
}

function checkedMethods(methods: Methods): Methods {
  const names = Object.keys(methodInputs) as (keyof Methods)[];
  return Object.fromEntries(names.map((name) => [name, checkedMethod(methods, name)])) as unknown as Methods;
}

/** Calls and writes the time until the answer to the debug log. The input is not logged: it may be secret. */
async function timed(name: string, call: () => Promise<unknown>): Promise<unknown> {
  const from = performance.now();
  try {
    const answer = await call();
    debug('api', name, () => ({ milliseconds: performance.now() - from, problem: problemIn(answer) }));
    return answer;
  } catch (error) {
    debug('api', name, () => ({ milliseconds: performance.now() - from, error: String(error) }));
    throw error;
  }
}

/** Returns the message of a refused answer; null when it was not refused. */
function problemIn(answer: unknown): string | null {
  const { ok, error } = (answer ?? {}) as { ok?: unknown; error?: Partial<Problem> };
  return ok === false ? (error?.message ?? '') : null;
}

function checkedMethod(methods: Methods, name: keyof Methods): (input: unknown) => Promise<unknown> {
  const call = methods[name] as (input: unknown) => Promise<unknown>;
  const checkedCall = async (input: unknown): Promise<unknown> => {
    const checked = methodInputs[name].safeParse(input);
    if (checked.success) return call(checked.data);
    return err(
      problem('invalid-usage', `${name}: ${z.prettifyError(checked.error)}`, 'Correct the values and try again.'),
    );
  };
  return (input) => timed(name, () => checkedCall(input));
}

/** A call as a message of birpc: method, arguments, and the number under which the answer is awaited. */
interface RequestMessage {
  t: 'q';
  m: string;
  a: unknown[];
  i: string;
}

/**
 * Returns whether a message is a call of a client. An engine never calls its clients, so answers are not expected. Other messages must not
 * reach the layer that executes calls. A call without a number would never be answered, so it could not be known when it is over.
 */
export function isRequestMessage(message: unknown): message is RequestMessage {
  if (typeof message !== 'object' || message === null) return false;
  const { t, m, a, i } = message as Record<string, unknown>;
  return t === 'q' && typeof m === 'string' && Array.isArray(a) && typeof i === 'string' && i !== '';
}
