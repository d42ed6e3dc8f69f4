import type { Events } from '../../../shared/contract/events.ts';

type Listener = Partial<Events>;

/** The listeners of an engine's events. */
export class Listeners {
  private readonly listeners = new Set<Listener>();

  /** Adds a listener. @returns removes it */
  add(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Notifies all listeners that want events of this name. */
  push<Name extends keyof Events>(name: Name, payload: Parameters<Events[Name]>[0]): void {
    for (const listener of this.listeners) notify(listener, name, payload);
  }
}

/** Notifies one listener, if it wants events of this name. */
export function notify<Name extends keyof Events>(
  listener: Listener,
  name: Name,
  payload: Parameters<Events[Name]>[0],
): void {
  const receive = listener[name] as ((push: Parameters<Events[Name]>[0]) => void) | undefined;
  receive?.(payload);
}
