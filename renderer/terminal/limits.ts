/** The most bytes that are requested in one read of a log. */
export const RANGE_BYTES = 256 * 1024;
/** The most bytes that a terminal has not drawn yet: one write at a time would be four times slower, more would not be faster. */
export const IN_FLIGHT_BYTES = 512 * 1024;
/** A pane this far behind the end of its log skips ahead: nobody can read at this speed. */
export const SKIP_BYTES = 1024 * 1024;

/** How much a following pane reads at once. */
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
/** For a small pane of the grid: as much as its scrollback keeps, because many panes share the time between two frames. */
export const FOLLOW_LIMITS_SMALL: FollowLimits = {
  rangeBytes: 64 * 1024,
  inFlightBytes: 128 * 1024,
  skipBytes: 256 * 1024,
};

/** A terminal yields to the page between slices of this size; each byte can be a new row, so larger slices would be noticeable. */
export const SLICE_BYTES = 2 * 1024;

/** The number of lines that a pane keeps. */
export const SCROLLBACK_ROWS = 10_000;
export const FONT_SIZE_MIN = 9;
export const FONT_SIZE_MAX = 24;
