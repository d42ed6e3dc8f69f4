import type { Events } from '../../../shared/contract/events.ts';
import type { LogName } from '../../../shared/contract/logs.ts';
import { watchGrowth } from '../logs/watch-growth.ts';
import { FOLLOWED_LOGS_PER_CLIENT } from './limits.ts';

/** A log that is followed: how the client named it, where it is, and which step it belongs to. */
export interface FollowedLog {
  name: LogName;
  path: string;
  step: number | null;
}

/** The logs that one client follows. Growth is announced by size; the bytes are asked for. */
export class FollowedLogs {
  private readonly announce: Events['logGrown'];
  private readonly follows = new Map<string, { stop: () => void }>();

  constructor(announce: Events['logGrown']) {
    this.announce = announce;
  }

  /** Begins to follow a log; one that is followed already is followed once. @returns false when the client follows too many */
  follow({ name, path, step }: FollowedLog): boolean {
    const key = keyOf(name);
    if (this.follows.has(key)) return true;
    if (this.follows.size >= FOLLOWED_LOGS_PER_CLIENT) return false;
    const { run, source } = name;
    this.follows.set(
      key,
      watchGrowth(path, (size) => this.announce({ run, source, step, size })),
    );
    return true;
  }

  unfollow(name: LogName): void {
    const key = keyOf(name);
    this.follows.get(key)?.stop();
    this.follows.delete(key);
  }

  close(): void {
    for (const follow of this.follows.values()) follow.stop();
    this.follows.clear();
  }
}

function keyOf({ run, source, step }: LogName): string {
  return `${run} ${step ?? ''} ${source}`;
}
