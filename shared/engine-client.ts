import { type ChannelOptions, createBirpc } from 'birpc';
import type { Events, Methods } from './contract.ts';

/** An engine as a client sees it, whatever lies in between. */
export interface EngineClient extends Methods {
  /** Listens to what the engine pushes; returns how to end it. */
  subscribe(listener: Partial<Events>): () => void;
  /** Ends the connection; calls that are open fail. */
  disconnect(): void;
}

/** Connects to an engine that is served at the other end of a channel. */
export function connectEngine(channel: ChannelOptions): EngineClient {
  const listeners = new Set<Partial<Events>>();
  const events: Events = {
    runEvents: (push) => listeners.forEach((listener) => listener.runEvents?.(push)),
    runProgress: (push) => listeners.forEach((listener) => listener.runProgress?.(push)),
    runProblems: (push) => listeners.forEach((listener) => listener.runProblems?.(push)),
    runEnded: (push) => listeners.forEach((listener) => listener.runEnded?.(push)),
    logGrown: (push) => listeners.forEach((listener) => listener.logGrown?.(push)),
  };
  const remote = createBirpc<Methods, Events>(events, { ...channel, timeout: -1 });
  return {
    ...callers(remote),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    disconnect: () => remote.$close(),
  };
}

type Remote = ReturnType<typeof createBirpc<Methods, Events>>;

/** The remote is a proxy that answers to any name, so its methods are named one by one. */
function callers(remote: Remote): Methods {
  return {
    devices: (input) => remote.devices(input),
    pipelines: (input) => remote.pipelines(input),
    plan: (input) => remote.plan(input),
    startRun: (input) => remote.startRun(input),
    resumeRun: (input) => remote.resumeRun(input),
    retryRun: (input) => remote.retryRun(input),
    stopRun: (input) => remote.stopRun(input),
    findRun: (input) => remote.findRun(input),
    runs: (input) => remote.runs(input),
    runStatus: (input) => remote.runStatus(input),
    watchRun: (input) => remote.watchRun(input),
    unwatchRun: (input) => remote.unwatchRun(input),
    logSources: (input) => remote.logSources(input),
    readLog: (input) => remote.readLog(input),
    summary: (input) => remote.summary(input),
    archive: (input) => remote.archive(input),
    verifyArchive: (input) => remote.verifyArchive(input),
    reconcile: (input) => remote.reconcile(input),
    clean: (input) => remote.clean(input),
    about: (input) => remote.about(input),
    tailLog: (input) => remote.tailLog(input),
    searchLog: (input) => remote.searchLog(input),
    followLog: (input) => remote.followLog(input),
    unfollowLog: (input) => remote.unfollowLog(input),
    listFolder: (input) => remote.listFolder(input),
  };
}
