import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type BrowserWindow, screen } from 'electron';
import { z } from 'zod';
import { makeFolders, PRIVATE_FOLDER } from '../engine/files/make-folders.ts';
import { writeFileAtomic } from '../engine/files/write-file-atomic.ts';
import { type Bounds, fittingBounds } from './fitting-bounds.ts';

const stateSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  maximized: z.boolean(),
});

/** A drag of an edge tells of every pixel; the file is written when it has been quiet for so long (ms). */
const QUIET_MS = 500;

/** Where the window was the last time. */
export interface WindowState {
  /** null: where the system puts it. */
  bounds: Bounds | null;
  maximized: boolean;
}

/** Reads where the window was; what is not there, damaged or on no screen any more is forgotten. */
export function readWindowState(file: string): WindowState {
  try {
    const { maximized, ...bounds } = stateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    const areas = screen.getAllDisplays().map(({ workArea }) => workArea);
    return { bounds: fittingBounds(bounds, areas), maximized };
  } catch {
    return { bounds: null, maximized: false };
  }
}

/** Keeps in a file where the window is, for the next time. */
export function keepWindowState(window: BrowserWindow, file: string): void {
  let timer: NodeJS.Timeout | undefined;
  const save = (): void => {
    clearTimeout(timer);
    try {
      makeFolders(dirname(file), PRIVATE_FOLDER);
      // A maximised window is to have its old size when it is made smaller again.
      const state = { ...window.getNormalBounds(), maximized: window.isMaximized() };
      writeFileAtomic(file, `${JSON.stringify(state)}\n`);
    } catch {
      // The window then opens somewhere else the next time.
    }
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(save, QUIET_MS);
  };
  window.on('resize', soon);
  window.on('move', soon);
  window.on('maximize', soon);
  window.on('unmaximize', soon);
  window.on('close', save);
  window.on('closed', () => clearTimeout(timer));
}
