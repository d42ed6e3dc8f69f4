/** What a file's format tells about its rows. */
export interface FileRows {
  /** null where the format does not say which of its parts are the rows. */
  rows: number | null;
  /** What is wrong with the file by its own words: cut off, or parts that do not fit together; null when nothing. */
  damage: string | null;
}
