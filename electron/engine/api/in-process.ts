import type { ChannelOptions } from 'birpc';
import { connectEngine } from '../../../shared/contract/engine-client.ts';
import type { Engine } from './engine-api.ts';

import { serveEngine } from './serve-engine.ts';

/**
 * Connects to an engine in the same process, through the same contract as the window and the browser: inputs are checked, values are
 * passed as they are. What the command needs beyond the contract (to own a run, to end) goes to the engine itself.
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

/** Returns two ends. What is posted at one is received at the other, in order and never within the call. */
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
