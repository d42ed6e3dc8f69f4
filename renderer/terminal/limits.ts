/** The most bytes asked for in one read of a log. */
export const RANGE_BYTES = 256 * 1024;
/** What may be handed to a terminal and not yet be drawn: one write at a time would draw four times slower, more would not be faster. */
export const IN_FLIGHT_BYTES = 512 * 1024;
/** A pane this far behind the end of its log skips ahead: nobody reads along at this speed. */
export const SKIP_BYTES = 1024 * 1024;

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
  rangeBytes: 64 * 1024,
  inFlightBytes: 128 * 1024,
  skipBytes: 256 * 1024,
};

/** A terminal gives the page its turn between slices of this size; a byte can be a new row, so more would be felt. */
export const SLICE_BYTES = 2 * 1024;

/** Lines that a pane keeps. */
export const SCROLLBACK_ROWS = 10_000;
export const FONT_SIZE_MIN = 9;
export const FONT_SIZE_MAX = 24;
