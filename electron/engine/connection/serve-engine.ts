import { type ChannelOptions, createBirpc } from 'birpc';
import { z } from 'zod';
import { EVENT_NAMES, type Events } from '../../../shared/contract/events.ts';
import { type Methods, methodInputs } from '../../../shared/contract.ts';
import { problem } from '../../../shared/problem.ts';
import { err } from '../../../shared/result.ts';
import type { Engine } from '../engine-api.ts';
import { isRequestMessage } from './request-message.ts';

/** Methods whose answer is no `Result`: what is wrong with their input can only be told as an error. */
const PLAIN_ANSWERS: readonly (keyof Methods)[] = [
  'devices',
  'pipelines',
  'runs',
  'unreadableRuns',
  'unwatchRun',
  'watchDevices',
  'unwatchDevices',
  'readSettings',
  'findTools',
  'unfollowLog',
  'about',
  'doctor',
  'queryTables',
  'watchRuns',
  'unwatchRuns',
  'runSizes',
  'cancelPreview',
  'readDraft',
  'keepDraft',
];

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
    // A run may be watched for days; whoever calls decides how long to wait.
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

function checkedMethod(methods: Methods, name: keyof Methods): (input: unknown) => Promise<unknown> {
  const call = methods[name] as (input: unknown) => Promise<unknown>;
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
