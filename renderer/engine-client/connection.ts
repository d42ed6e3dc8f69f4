import type { EngineClient } from '../../shared/contract/engine-client.ts';

/** The delay before the first attempt after a loss: short, as most losses are a restart (milliseconds). */
const FIRST_DELAY_MS = 300;
/** The longest delay: an engine that comes back is noticed within this time (milliseconds). */
const LONGEST_DELAY_MS = 5_000;

/** A connection to an engine, as long as it lasts. */
export interface Connection {
  client: EngineClient;
  /** Settles when the other end has gone. */
  closed: Promise<void>;
  /** Closes the connection from this end; open calls fail. */
  close(): void;
}

/**
 * Opens a connection.
 * @throws when the engine cannot be reached
 */
export type OpenConnection = () => Promise<Connection>;

/** How long opening a connection may take before it counts as failed (milliseconds). */
export const OPEN_TIMEOUT_MS = 10_000;

/**
 * Returns how long to wait before the next attempt to connect.
 * @param failures failed attempts in a row, from 0
 * @returns milliseconds, doubling up to a limit
 */
export function retryDelay(failures: number): number {
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failures, 10));
}
