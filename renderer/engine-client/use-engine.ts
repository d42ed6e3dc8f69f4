import { useState } from 'react';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import { useConnection } from '../store/connection-store.ts';

/** The engine, or null while there is no connection. A new connection gives a new client, so it belongs among an effect's dependencies. */
export function useEngine(): EngineClient | null {
  return useConnection((state) => state.client);
}

/** The engine as it was last reached; null only before the first connection. For what must not vanish with a lost connection. */
export function useLastEngine(): EngineClient | null {
  const client = useEngine();
  const [last, setLast] = useState(client);
  if (client !== null && client !== last) setLast(client);
  return client ?? last;
}
