import type { ChannelOptions } from 'birpc';
import { connectEngine } from '../../../shared/contract/engine-client.ts';
import type { Engine } from './engine-api.ts';

import { serveEngine } from './serve-engine.ts';

/**
 * The engine behind the same contract as for the window and the browser, without anything in between: inputs are checked, values are
 * handed over as they are. What the command adds to the contract (to host a run, to end) goes to the engine itself.
 */
export function connectInProcess(engine: Engine): Engine {
  const [here, there] = channelPair();
  const endService = serveEngine(engine, there);
  const client = connectEngine(here);
  return {
    ...client,
    ownRun: (request) => engine.ownRun(request),
    ownedRuns: () => engine.ownedRuns(),
    ownedProgress: () => engine.ownedProgress(),
    onRunEnded: (listener) => engine.onRunEnded(listener),
    openClient: (listener) => engine.openClient(listener),
    handOverOwnedRuns: () => engine.handOverOwnedRuns(),
    stopOwnedRuns: (request) => engine.stopOwnedRuns(request),
    async close() {
      await engine.close();
      endService();
      client.disconnect();
    },
  };
}

type Receive = (message: unknown) => void;

/** Two ends; what is posted at one is received at the other, in order and never within the call. */
function channelPair(): [ChannelOptions, ChannelOptions] {
  const receivers: [Receive | null, Receive | null] = [null, null];
  const end = (own: 0 | 1, other: 0 | 1): ChannelOptions => ({
    on: (receive) => {
      receivers[own] = receive;
    },
    off: () => {
      receivers[own] = null;
    },
    post: (message: unknown) => {
      queueMicrotask(() => receivers[other]?.(message));
    },
  });
  return [end(0, 1), end(1, 0)];
}
