import type { Problem } from '../../shared/problem.ts';

/** What a pane says about itself. */
export interface FeedStatus {
  /** False until the log's size is known. */
  loaded: boolean;
  /** Whether what is appended to the log is shown as it comes. */
  following: boolean;
  /** Offset of the first byte that is shown; earlier ones may have left the scrollback since. */
  from: number;
  /** Offset behind the last byte that is shown. */
  to: number;
  /** Size of the log. */
  size: number;
  /** Bytes left out so far, because they came faster than anybody could read. */
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
