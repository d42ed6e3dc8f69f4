/** A line of a screen that is remembered with the byte of the log where it begins. */
export interface Mark {
  readonly offset: number;
  /** The row now, counted from the top of the scrollback. */
  readonly row: number;
}

/** What a log is drawn on: a terminal with a bounded scrollback. What is drawn, cleared and marked happens in the order asked for. */
export interface Screen {
  readonly columns: number;
  /** The first row that is visible. */
  readonly topRow: number;
  /** Draws text behind what was drawn before; settles when it is drawn. */
  draw(data: Uint8Array | string): Promise<void>;
  /** Removes everything, the scrollback too. */
  clear(): void;
  /** Remembers the row behind what was drawn as the one where the log's byte `offset` stands. */
  mark(offset: number): void;
  /** Shows in the scrollbar that a worker was started again at the row behind what was drawn. */
  landmark(): void;
  /** The earliest mark that is still there. */
  firstMark(): Mark | null;
  /** The mark of an offset. */
  markAt(offset: number): Mark | null;
  showRow(row: number): void;
  showNewest(): void;
  /** What is drawn next leaves the visible lines where they are, even at the end. */
  holdStill(): void;
  /** Makes a line stand out. */
  highlight(row: number): void;
}
