import { create } from 'zustand';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import { type OpenConnection, retryDelay } from '../engine-client/connection.ts';

/** The connection of the window to its engine. */
export interface ConnectionState {
  /** null while there is no connection. */
  client: EngineClient | null;
  /** `connecting` only before the first connection; later losses are `offline`. */
  status: 'connecting' | 'online' | 'offline';
  /** When the next attempt begins, in milliseconds since 1970; null while one is under way. */
  retryAt: number | null;
}

export const useConnection = create<ConnectionState>(() => ({ client: null, status: 'connecting', retryAt: null }));

let wake: (() => void) | null = null;

/** Tries to connect at once instead of waiting for the next attempt. */
export function connectNow(): void {
  wake?.();
}

/** Connects, and reconnects whenever the connection is lost. Runs as long as the page. */
export async function keepConnected(open: OpenConnection): Promise<never> {
  addEventListener('online', connectNow);
  for (let failures = 0; ; failures += 1) {
    useConnection.setState({ retryAt: null });
    const connection = await open().catch(() => null);
    if (connection !== null) {
      failures = 0;
      useConnection.setState({ client: connection.client, status: 'online' });
      await connection.closed;
      connection.close();
    }
    const delay = retryDelay(failures);
    useConnection.setState({ client: null, status: 'offline', retryAt: Date.now() + delay });
    await pause(delay);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}
