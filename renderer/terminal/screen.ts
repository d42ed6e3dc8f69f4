/** A line of a screen, stored with the offset in the log where it begins. */
export interface Mark {
  readonly offset: number;
  /** The present row, counted from the top of the scrollback. */
  readonly row: number;
}

/** The surface for a log: a terminal with a bounded scrollback. Drawing, clearing and marking happen in the order of the calls. */
export interface Screen {
  readonly columns: number;
  /** The first row that is visible. */
  readonly topRow: number;
  /** Draws text after the existing text; settles when it is drawn. */
  draw(data: Uint8Array | string): Promise<void>;
  /** Removes everything, including the scrollback. */
  clear(): void;
  /** Marks the row after the drawn text as the place of the byte `offset` of the log. */
  mark(offset: number): void;
  /** Shows in the scrollbar that a worker was restarted at the row after the drawn text. */
  landmark(): void;
  /** Returns the earliest mark that still exists. */
  firstMark(): Mark | null;
  /** Returns the mark of an offset. */
  markAt(offset: number): Mark | null;
  showRow(row: number): void;
  showNewest(): void;
  /** Keeps the visible lines in place during the next drawing, even at the end. */
  holdStill(): void;
  /** Highlights a line. */
  highlight(row: number): void;
}
