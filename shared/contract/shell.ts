import { z } from 'zod';

/**
 * What the desktop window gives its page beyond a browser: the preload exposes it as `window.drover`. Engine calls do not go through it,
 * they have a port of their own; here are only things that a page cannot do by itself.
 */
export interface Shell {
  /** The value of `process.platform`. */
  platform: string;
  /**
   * Requests a connection to the engine. A message with the text `ENGINE_PORT_MESSAGE` and one MessagePort is then posted to the page's
   * own window; every call gives a new port.
   */
  connect(): void;
  /** Reports that the page takes commands now. They come as messages `{ type: SHELL_COMMAND_MESSAGE, command }` to its own window. */
  takeCommands(): void;
  /** Opens the system's dialog for files; returns absolute paths, none when it was cancelled. */
  chooseFiles(): Promise<string[]>;
  /** Opens the system's dialog for one folder; returns null when it was cancelled. */
  chooseFolder(): Promise<string | null>;
  /** Returns the absolute path of a `File` that was dropped on the page; empty when it has none. */
  pathOf(file: object): string;
  /** Opens a file or folder with the system's program for it. @returns what went wrong, in words; empty when nothing did */
  openPath(path: string): Promise<string>;
  /** Shows a file in the system's file manager. */
  showInFolder(path: string): Promise<void>;
}

/** The message that delivers the engine's port to the page. */
export const ENGINE_PORT_MESSAGE = 'drover-engine-port';

/** The type of messages with a command of the menu, the tray or a notification for the page. */
export const SHELL_COMMAND_MESSAGE = 'drover-command';

/** The commands of the desktop to the page. */
export const shellCommandSchema = z.discriminatedUnion('kind', [
  /** Shows a page: `hash` is the part of the address after `#`. */
  z.object({ kind: z.literal('show'), hash: z.string().max(200) }),
  /** Opens the form with files that came from outside. */
  z.object({ kind: z.literal('files'), paths: z.array(z.string().max(4_096)) }),
]);
export type ShellCommand = z.infer<typeof shellCommandSchema>;
