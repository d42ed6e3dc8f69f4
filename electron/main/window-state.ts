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

/** Dragging an edge emits an event per pixel; the file is written after this time without one (ms). */
const QUIET_MS = 500;

/** The last place of the window. */
export interface WindowState {
  /** null: the system chooses the place. */
  bounds: Bounds | null;
  maximized: boolean;
}

/** Reads the last place of the window; a missing or damaged file, or a place on no screen, is ignored. */
export function readWindowState(file: string): WindowState {
  try {
    const { maximized, ...bounds } = stateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    const areas = screen.getAllDisplays().map(({ workArea }) => workArea);
    return { bounds: fittingBounds(bounds, areas), maximized };
  } catch {
    return { bounds: null, maximized: false };
  }
}

/** Saves the place of the window in a file, for the next start. */
export function keepWindowState(window: BrowserWindow, file: string): void {
  let timer: NodeJS.Timeout | undefined;
  const save = (): void => {
    clearTimeout(timer);
    try {
      makeFolders(dirname(file), PRIVATE_FOLDER);
      // A maximised window gets its old size back when it is restored.
      const state = { ...window.getNormalBounds(), maximized: window.isMaximized() };
      writeFileAtomic(file, `${JSON.stringify(state)}\n`);
    } catch {
      // Then the window opens at another place the next time.
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
