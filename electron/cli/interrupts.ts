import type { EventEmitter } from 'node:events';
import { ignoresHangUp } from '../bin/hang-up.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * One Ctrl-C reaches this process several times: from the terminal, from npx and from the command's own wrapper.
 * Signals within this time are one request; nobody presses the key twice that fast on purpose.
 */
const SAME_REQUEST_MS = 300;

/** A request of a person or a program that this process ends. */
export interface Interrupt {
  /** `Ctrl-C`, `SIGTERM` or `SIGHUP`; it is recorded. */
  by: string;
  /** False for the first request, true for every later one. */
  force: boolean;
}

/** What sends signals: the process itself. */
type SignalSource = Pick<EventEmitter, 'on' | 'off'>;

/**
 * Calls back for every request to end, instead of ending. A closed terminal is not a request where it must be ignored, as under `nohup`.
 * @param clock milliseconds
 * @returns whether there was a request, and how to stop listening
 */
export function listenForInterrupts(
  onInterrupt: (interrupt: Interrupt) => void,
  source: SignalSource = process,
  clock: () => number = () => performance.now(),
  staysOnHangUp: boolean = ignoresHangUp(process.env),
): {
  interrupted: () => boolean;
  dispose: () => void;
} {
  let requests = 0;
  let last = Number.NEGATIVE_INFINITY;
  const listen = (signal: NodeJS.Signals): void => {
    if (signal === 'SIGHUP' && staysOnHangUp) return;
    const now = clock();
    if (now - last < SAME_REQUEST_MS) return;
    last = now;
    requests += 1;
    onInterrupt({ by: signal === 'SIGINT' ? 'Ctrl-C' : signal, force: requests > 1 });
  };
  for (const signal of SIGNALS) source.on(signal, listen);
  return {
    interrupted: () => requests > 0,
    dispose: () => {
      for (const signal of SIGNALS) source.off(signal, listen);
    },
  };
}
