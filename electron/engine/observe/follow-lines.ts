import { LineDecoder } from '../logs/decode-lines.ts';
import { followFile } from '../logs/follow-file.ts';
import type { GrowthWatcherOptions } from '../logs/growth-watcher.ts';

/** Where to begin, and how growth is noticed. */
interface FollowLinesOptions extends GrowthWatcherOptions {
  /** Byte offset; the first line may be the rest of one. */
  from?: number;
}

/** Hands over the lines of a file, those that are there and those that come. A file that cannot be read gives none. @returns ends it */
export function followLines(
  path: string,
  onLine: (line: string) => void,
  options: FollowLinesOptions = {},
): () => void {
  const lines = new LineDecoder();
  const follower = followFile(path, {
    ...options,
    onBytes({ bytes }) {
      for (const line of lines.push(bytes)) onLine(line);
    },
  });
  follower.done.catch(() => undefined);
  return () => void follower.stop().catch(() => undefined);
}
