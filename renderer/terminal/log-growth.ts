import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { LogName } from '../../shared/contract/logs.ts';
import type { Problem } from '../../shared/problem.ts';
import { call } from '../engine-client/call.ts';

export interface GrowthListener {
  /** Called with the present size, and again whenever the log has grown. */
  onSize: (size: number) => void;
  /** Called when the log cannot be followed. */
  onProblem: (problem: Problem) => void;
}

interface Followed {
  listeners: Set<GrowthListener>;
  unsubscribe: () => void;
  size: number | null;
}

const byClient = new WeakMap<EngineClient, Map<string, Followed>>();

/** Follows the size of a log. The engine is asked once, however many panes show it. @returns unsubscribes */
export function followGrowth(client: EngineClient, log: LogName, listener: GrowthListener): () => void {
  const logs = byClient.get(client) ?? new Map<string, Followed>();
  byClient.set(client, logs);
  const key = `${log.run} ${log.step ?? ''} ${log.source}`;
  const followed = logs.get(key) ?? begin(client, log);
  logs.set(key, followed);
  followed.listeners.add(listener);
  if (followed.size !== null) listener.onSize(followed.size);
  return () => {
    followed.listeners.delete(listener);
    if (followed.listeners.size > 0 || logs.get(key) !== followed) return;
    logs.delete(key);
    followed.unsubscribe();
    void client.unfollowLog(log).catch(() => undefined);
  };
}

function begin(client: EngineClient, log: LogName): Followed {
  const listeners = new Set<GrowthListener>();
  const notify = (size: number): void => {
    followed.size = size;
    for (const listener of listeners) listener.onSize(size);
  };
  const unsubscribe = client.subscribe({
    logGrown: ({ run, source, step, size }) => {
      if (run === log.run && source === log.source && (log.step === undefined || step === null || step === log.step))
        notify(size);
    },
  });
  const followed: Followed = { listeners, unsubscribe, size: null };
  void call(client.followLog(log)).then((answer) => {
    if (answer.ok) notify(Math.max(followed.size ?? 0, answer.value.size));
    else for (const listener of listeners) listener.onProblem(answer.error);
  });
  return followed;
}
