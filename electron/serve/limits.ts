/** What the server takes from whoever reaches its port. Tests make them small. */
export interface ServeLimits {
  /** Sockets of the owner's pages at once: a browser opens six per page. */
  connections: number;
  /** Sockets at once that have not shown token or cookie. The oldest goes when one more comes and it has had its time to show them. */
  strangers: number;
  /** That time (milliseconds): a page shows its cookie with its first words, which a busy machine may be slow to read. */
  strangerMs: number;
  /** Sockets at once, however young they are: then the oldest goes all the same. */
  crowd: number;
  /** Pages at once. */
  clients: number;
  /** A request's headers, in bytes: cookies of other programs on 127.0.0.1 come along. */
  headerBytes: number;
  /** How long the headers of a request may take to come (milliseconds). */
  headersMs: number;
  /** How long a whole request may take to come (milliseconds). No request of ours has a body. */
  requestMs: number;
  /** How long a connection without a word in either direction stays open (milliseconds). */
  idleMs: number;
  /** The largest message of a client, in bytes: a launch of 100,000 files by their paths has some 10 MB. */
  messageBytes: number;
  /** Calls of one client that wait for their answers: a window has a handful, and more than this is a program gone wild. */
  openCalls: number;
  /**
   * Bytes that wait for a client that reads too slowly. The whole history of a run with 100,000 items is pushed at once and has some 90 MB;
   * log bytes are asked for and never pile up.
   */
  waitingBytes: number;
  /** How often a client is asked for a sign of life (milliseconds). A client that takes nothing and says nothing between two is dropped. */
  heartbeatMs: number;
  /** How long a client may take to agree to the end of its connection (milliseconds). */
  closeMs: number;
}

/** How long the address that is handed to the browser can be used, once (milliseconds): browsers start within it. */
export const OPENING_CODE_MS = 60_000;
