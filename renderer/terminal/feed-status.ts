import type { Problem } from '../../shared/problem.ts';

/** The status of a pane. */
export interface FeedStatus {
  /** False until the log's size is known. */
  loaded: boolean;
  /** Whether appended text is shown as it arrives. */
  following: boolean;
  /** Offset of the first byte that was shown; it may have left the scrollback since. */
  from: number;
  /** Offset after the last byte that is shown. */
  to: number;
  /** Size of the log. */
  size: number;
  /** Bytes skipped so far, because they arrived faster than anybody can read. */
  skipped: number;
  problem: Problem | null;
}

/** Before the log is known. */
export const NOTHING_SHOWN: FeedStatus = {
  loaded: false,
  following: true,
  from: 0,
  to: 0,
  size: 0,
  skipped: 0,
  problem: null,
};
