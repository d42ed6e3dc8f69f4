import { type ChannelOptions, createBirpc } from 'birpc';
import { connectEngine, type EngineClient } from '../../../shared/contract/engine-client.ts';
import { EVENT_NAMES, type Events } from '../../../shared/contract/events.ts';
import type { LogMethods } from '../../../shared/contract/logs.ts';

type ServedMethods = Pick<LogMethods, 'readLog' | 'followLog' | 'unfollowLog'>;
type Receive = (message: unknown) => void;

/** A log whose bytes lie in memory, served over the contract as an engine serves a file: by size and by range. */
export class ServedLog {
  readonly client: EngineClient;
  /** The longest range that was asked for at once. */
  longestRead = 0;
  private bytes = new Uint8Array(0);
  private readonly push: (size: number) => void;

  constructor(log: { run: string; source: string; step: number }) {
    const [here, there] = channelPair();
    const listener = createBirpc<Events, ServedMethods>(this.methods(), { ...there, eventNames: EVENT_NAMES });
    this.client = connectEngine(here);
    this.push = (size) => void listener.logGrown.asEvent({ ...log, size });
  }

  get size(): number {
    return this.bytes.length;
  }

  /** Appends to the log, as its worker does, and announces that it has grown. */
  append(text: string): void {
    const added = new TextEncoder().encode(text);
    const grown = new Uint8Array(this.bytes.length + added.length);
    grown.set(this.bytes);
    grown.set(added, this.bytes.length);
    this.bytes = grown;
    this.push(grown.length);
  }

  private methods(): ServedMethods {
    return {
      readLog: ({ offset, length }) => {
        this.longestRead = Math.max(this.longestRead, length);
        const bytes = this.bytes.slice(offset, offset + length);
        return Promise.resolve({ ok: true, value: { offset, bytes, size: this.size } });
      },
      followLog: () => Promise.resolve({ ok: true, value: { size: this.size } }),
      unfollowLog: () => Promise.resolve({ ok: true, value: undefined }),
    };
  }
}

/** Two ends; what is posted at one is received at the other, never within the call. */
function channelPair(): [ChannelOptions, ChannelOptions] {
  const receivers: [Receive, Receive] = [() => undefined, () => undefined];
  const end = (own: 0 | 1, other: 0 | 1): ChannelOptions => ({
    on: (receive) => {
      receivers[own] = receive;
    },
    post: (message: unknown) => queueMicrotask(() => receivers[other](message)),
  });
  return [end(0, 1), end(1, 0)];
}
