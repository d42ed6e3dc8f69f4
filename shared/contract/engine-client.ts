import { type ChannelOptions, createBirpc } from 'birpc';
import { EVENT_NAMES, type Events } from './events.ts';
import { type Methods, methodInputs } from './methods.ts';

/** An engine as a client uses it, over any kind of connection. */
export interface EngineClient extends Methods {
  /** Subscribes to what the engine pushes. @returns unsubscribes */
  subscribe(listener: Partial<Events>): () => void;
  /** Closes the connection; open calls fail. */
  disconnect(): void;
}

/** Connects to the engine at the other end of a channel. */
export function connectEngine(channel: ChannelOptions): EngineClient {
  const listeners = new Set<Partial<Events>>();
  const hand = (name: keyof Events) => (push: never) =>
    listeners.forEach((listener) => (listener[name] as ((value: never) => void) | undefined)?.(push));
  const events = Object.fromEntries(EVENT_NAMES.map((name) => [name, hand(name)])) as unknown as Events;
  const remote = createBirpc<Methods, Events>(events, { ...channel, timeout: -1 });
  return {
    ...callers(remote),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    disconnect: () => remote.$close(),
  };
}

type Remote = ReturnType<typeof createBirpc<Methods, Events>>;

/** Wraps the remote, a proxy that answers to any name, even to `then`: the methods of the contract are therefore listed by name. */
function callers(remote: Remote): Methods {
  const names = Object.keys(methodInputs) as (keyof Methods)[];
  const call = (name: keyof Methods) => (input: never) => (remote[name] as (value: never) => unknown)(input);
  return Object.fromEntries(names.map((name) => [name, call(name)])) as unknown as Methods;
}
