/** What a file's format shows about its rows. */
export interface FileRows {
  /** null if the format does not show which of its parts are the rows. */
  rows: number | null;
  /** What is wrong with the file according to its own header: cut off, or parts that do not fit together; null if nothing is wrong. */
  damage: string | null;
}
