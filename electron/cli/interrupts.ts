const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * One Ctrl-C reaches this process several times: from the terminal, and passed on by npx and by the command's own wrapper.
 * Signals within this time are one request; nobody presses twice as fast and means two.
 */
const SAME_REQUEST_MS = 300;

/** A person or a program asks this process to end. */
export interface Interrupt {
  /** `Ctrl-C`, `SIGTERM` or `SIGHUP`: for the record. */
  by: string;
  /** False for the first request, true for every later one. */
  force: boolean;
}

/**
 * Calls back for every request to end, instead of ending.
 * @returns whether there was a request, and how to stop listening
 */
export function listenForInterrupts(onInterrupt: (interrupt: Interrupt) => void): {
  interrupted: () => boolean;
  dispose: () => void;
} {
  let requests = 0;
  let last = Number.NEGATIVE_INFINITY;
  const listen = (signal: NodeJS.Signals): void => {
    const now = performance.now();
    if (now - last < SAME_REQUEST_MS) return;
    last = now;
    requests += 1;
    onInterrupt({ by: signal === 'SIGINT' ? 'Ctrl-C' : signal, force: requests > 1 });
  };
  for (const signal of SIGNALS) process.on(signal, listen);
  return {
    interrupted: () => requests > 0,
    dispose: () => {
      for (const signal of SIGNALS) process.off(signal, listen);
    },
  };
}
