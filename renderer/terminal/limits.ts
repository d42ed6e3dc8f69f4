const KIB = 1024;

/** The most bytes asked for in one read of a log. */
export const RANGE_BYTES = 256 * KIB;
/** What may be handed to a terminal and not yet be drawn: one write at a time would draw four times slower, more would not be faster. */
export const IN_FLIGHT_BYTES = 512 * KIB;
/** A pane this far behind the end of its log skips ahead: nobody reads along at this speed. */
export const SKIP_BYTES = 1024 * KIB;

/** How much a pane that follows takes at once. */
export interface FollowLimits {
  rangeBytes: number;
  inFlightBytes: number;
  skipBytes: number;
}
export const FOLLOW_LIMITS: FollowLimits = {
  rangeBytes: RANGE_BYTES,
  inFlightBytes: IN_FLIGHT_BYTES,
  skipBytes: SKIP_BYTES,
};
/** For a small pane of the grid: what its scrollback keeps, since many of them share the time between two frames. */
export const FOLLOW_LIMITS_SMALL: FollowLimits = {
  rangeBytes: 64 * KIB,
  inFlightBytes: 128 * KIB,
  skipBytes: 256 * KIB,
};

/** After a full read a pane rests, so that a flood leaves the page responsive (milliseconds). */
export const FLOOD_PAUSE_MS = 100;
/** A terminal is given pieces of about this size, so that places in the log can be told apart. */
export const PIECE_BYTES = 32 * KIB;

/** A terminal gives the page its turn between slices of this size; a byte can be a new row, so more would be felt. */
export const SLICE_BYTES = 2 * KIB;
/** Rows that the sequences of a slice may insert, delete and scroll: some screens full, which no program asks for in so few bytes. */
export const ROWS_PER_SLICE = 1_000;
/** Marks that are drawn on one character: all scripts need fewer, and a page is busy for seconds with a thousand of them. */
export const MARKS_PER_CHARACTER = 8;
/** How long sequences may be carried out before the page has its turn (milliseconds): a frame has 16. */
export const TURN_MS = 8;

/** Lines that a pane keeps. */
export const SCROLLBACK_ROWS = 10_000;
/** Lines that a small pane of the grid keeps. */
export const SCROLLBACK_ROWS_SMALL = 1_000;
/** Rows that are put in front at a time when somebody scrolls to the top. */
export const EARLIER_ROWS = 4_000;
/** Rows that stay behind them; both together fit into the scrollback. */
export const KEPT_ROWS = 5_000;
/** Bytes that are shown in front of a place that somebody opens. */
export const CONTEXT_BYTES = 64 * KIB;

/** Columns of a pane that does not wrap; longer lines do wrap there, as every column costs memory in every row. */
export const UNWRAPPED_COLUMNS = 400;

/** Font size in pixels. */
export const FONT_SIZE_DEFAULT = 13;
export const FONT_SIZE_MIN = 9;
export const FONT_SIZE_MAX = 24;

/** Hits that a search in the whole file answers with. */
export const SEARCH_HITS = 500;

/** The most that is saved of what a pane shows (bytes): a browser holds all of it in memory. */
export const SAVE_MAX_BYTES = 64 * 1024 * KIB;

/** Width of the scrollbar with the marks of restarts (pixels). */
export const RULER_PX = 14;
