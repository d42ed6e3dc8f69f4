/** Limits for everyone who can reach the port. Tests make them small. */
export interface ServeLimits {
  /** Sockets of the owner's pages at once: a browser opens six per page. */
  connections: number;
  /** Sockets at once without token or cookie so far. When one more connects, the oldest is closed if its time is over. */
  strangers: number;
  /** That time (milliseconds): a page sends its cookie with its first bytes, but a busy machine may be slow to read them. */
  strangerMs: number;
  /** The most of these sockets, however young they are: beyond it the oldest is closed in any case. */
  crowd: number;
  /** Pages at once. */
  clients: number;
  /** A request's headers, in bytes: they include cookies of other programs on 127.0.0.1. */
  headerBytes: number;
  /** How long the headers of a request may take to arrive (milliseconds). */
  headersMs: number;
  /** How long a whole request may take to arrive (milliseconds). None of our requests has a body. */
  requestMs: number;
  /** How long a connection without traffic stays open (milliseconds). */
  idleMs: number;
  /** The largest message of a client, in bytes: a launch of 100,000 files by their paths has about 10 MB. */
  messageBytes: number;
  /** Calls of one client that wait for their answers: a window has a handful; more than this is a faulty program. */
  openCalls: number;
  /**
   * Bytes that wait for a client that reads too slowly. The whole history of a run with 100,000 items is pushed at once and has about 90 MB;
   * log bytes are sent on request and never pile up.
   */
  waitingBytes: number;
  /** How often a client is pinged (milliseconds). A client that neither reads nor sends between two pings is dropped. */
  heartbeatMs: number;
  /** How long a client may take to confirm the end of its connection (milliseconds). */
  closeMs: number;
}

/** How long the address for the browser is valid, for one use (milliseconds): browsers start within this time. */
export const OPENING_CODE_MS = 60_000;
