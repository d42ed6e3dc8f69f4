import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { LogName, LogRange } from '../../shared/contract/logs.ts';
import type { Problem } from '../../shared/problem.ts';
import type { Result } from '../../shared/result.ts';
import { call } from '../engine-client/call.ts';
import { followGrowth, type GrowthListener } from './log-growth.ts';

/** A log as a pane sees it: it grows, and its bytes can be read. */
export interface LogBytes {
  read(offset: number, length: number): Promise<Result<LogRange, Problem>>;
  follow(listener: GrowthListener): () => void;
}

/** Returns a log of a run, read over a connection. */
export function logBytes(client: EngineClient, log: LogName): LogBytes {
  return {
    read: (offset, length) => call(client.readLog({ ...log, offset, length })),
    follow: (listener) => followGrowth(client, log, listener),
  };
}
