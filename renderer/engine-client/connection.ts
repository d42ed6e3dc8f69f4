import type { EngineClient } from '../../shared/contract/engine-client.ts';

/** A connection to an engine, as long as it lasts. */
export interface Connection {
  client: EngineClient;
  /** Settles when the other end has gone. */
  closed: Promise<void>;
  /** Ends it from here; calls that are open fail. */
  close(): void;
}

/**
 * Opens a connection.
 * @throws when the engine cannot be reached
 */
export type OpenConnection = () => Promise<Connection>;

/** How long the opening of a connection may take, before it counts as failed (milliseconds). */
export const OPEN_TIMEOUT_MS = 10_000;
