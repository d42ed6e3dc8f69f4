import { useState } from 'react';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import { useConnection } from '../store/connection-store.ts';

/** Returns the engine, or null while there is no connection. A new connection has a new client, so it belongs in an effect's dependencies. */
export function useEngine(): EngineClient | null {
  return useConnection((state) => state.client);
}

/** Returns the last connected engine; null only before the first connection. For parts that must stay when the connection is lost. */
export function useLastEngine(): EngineClient | null {
  const client = useEngine();
  const [last, setLast] = useState(client);
  if (client !== null && client !== last) setLast(client);
  return client ?? last;
}
