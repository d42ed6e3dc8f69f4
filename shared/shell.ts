/**
 * What the desktop window gives its page beyond a browser: the preload exposes it as `window.drover`. Engine calls do not go through it,
 * they have a port of their own; here stand only things that a page cannot do by itself.
 */
export interface Shell {
  /** As `process.platform` says it. */
  platform: string;
  /**
   * Asks for a connection to the engine. A message with the text `ENGINE_PORT_MESSAGE` and one MessagePort is then posted to the page's
   * own window; every call gives a new port.
   */
  connect(): void;
  /** The system's dialog for files; absolute paths, none when it was cancelled. */
  chooseFiles(): Promise<string[]>;
  /** The system's dialog for one folder; null when it was cancelled. */
  chooseFolder(): Promise<string | null>;
  /** The absolute path of a `File` that was dropped on the page; empty when it has none. */
  pathOf(file: object): string;
  /** Opens a file or folder with the program the system has for it. @returns what went wrong, in words; empty when nothing */
  openPath(path: string): Promise<string>;
  /** Shows a file in the system's file manager. */
  showInFolder(path: string): Promise<void>;
}

/** The message that brings the page its port to the engine. */
export const ENGINE_PORT_MESSAGE = 'drover-engine-port';
