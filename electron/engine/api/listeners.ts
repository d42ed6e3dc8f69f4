import type { Events } from '../../../shared/contract/events.ts';

type Listener = Partial<Events>;

/** Who is told of events. */
export class Listeners {
  private readonly listeners = new Set<Listener>();

  /** @returns ends the listening */
  add(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Tells everybody who listens to events of this name. */
  push<Name extends keyof Events>(name: Name, payload: Parameters<Events[Name]>[0]): void {
    for (const listener of this.listeners) tell(listener, name, payload);
  }
}

/** Tells one listener, if it wants events of this name. */
export function tell<Name extends keyof Events>(
  listener: Listener,
  name: Name,
  payload: Parameters<Events[Name]>[0],
): void {
  const receive = listener[name] as ((push: Parameters<Events[Name]>[0]) => void) | undefined;
  receive?.(payload);
}
