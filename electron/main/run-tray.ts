import { Menu, type MenuItemConstructorOptions, type NativeImage, nativeImage, Tray } from 'electron';
import type { OwnedProgress } from '../engine/runs/run-session.ts';
import { progressWords, runTitle } from './run-words.ts';

/** Side in pixels: twice the size of a tray icon, for high-resolution screens. */
const SIDE = 44;
const COLOUR = { red: 0x4c, green: 0x9a, blue: 0x5e };
const BYTES = 4;

/** What can be done from the tray. */
export interface TrayActions {
  showWindow: () => void;
  showRun: (run: string) => void;
  stopRuns: () => void;
  quit: () => void;
}

/** The icon in the tray. It exists while runs are active or the window is hidden: then it is the way back to the window. */
export class RunTray {
  private readonly actions: TrayActions;
  private tray: Tray | null = null;

  constructor(actions: TrayActions) {
    this.actions = actions;
  }

  update(runs: readonly OwnedProgress[], isHidden: boolean): void {
    if (runs.length === 0 && !isHidden) return this.remove();
    this.tray ??= this.create();
    this.tray.setToolTip(runs.length === 0 ? 'Drover' : runs.map(lineOf).join('\n'));
    this.tray.setContextMenu(Menu.buildFromTemplate(trayMenu(runs, this.actions)));
  }

  remove(): void {
    this.tray?.destroy();
    this.tray = null;
  }

  private create(): Tray {
    const tray = new Tray(trayIcon());
    tray.on('click', this.actions.showWindow);
    return tray;
  }
}

function trayMenu(runs: readonly OwnedProgress[], actions: TrayActions): MenuItemConstructorOptions[] {
  return [
    { label: 'Show Drover', click: actions.showWindow },
    { type: 'separator' },
    ...runs.map((run) => ({ label: lineOf(run), click: () => actions.showRun(run.run) })),
    { label: runs.length > 1 ? 'Stop the runs' : 'Stop the run', enabled: runs.length > 0, click: actions.stopRuns },
    { type: 'separator' },
    { label: 'Quit', click: actions.quit },
  ];
}

function lineOf(run: OwnedProgress): string {
  return `${runTitle(run)}: ${run.stopping ? 'stopping' : progressWords(run)}`;
}

/** Draws the icon of the tray, a ring with three bars in it, so that the program needs no image file. */
function trayIcon(): NativeImage {
  const pixels = Buffer.alloc(SIDE * SIDE * BYTES);
  for (let y = 0; y < SIDE; y += 1) {
    for (let x = 0; x < SIDE; x += 1) {
      const alpha = Math.round(255 * coverage(x + 0.5 - SIDE / 2, y + 0.5 - SIDE / 2));
      // Premultiplied, blue first.
      const colour = [COLOUR.blue, COLOUR.green, COLOUR.red].map((value) => Math.round((value * alpha) / 255));
      pixels.set([...colour, alpha], (y * SIDE + x) * BYTES);
    }
  }
  return nativeImage.createFromBitmap(pixels, { width: SIDE, height: SIDE, scaleFactor: 2 });
}

/** Returns how much of the pixel at a place, relative to the centre, belongs to the icon: 0 to 1. */
function coverage(x: number, y: number): number {
  const distance = Math.hypot(x, y);
  const ring = Math.min(clamp(20.5 - distance), clamp(distance - 16.5));
  const bars = [-7, 0, 7].map((middle, index) =>
    Math.min(clamp(2.3 - Math.abs(x - middle)), clamp(11 - 3 * index - Math.abs(y))),
  );
  return Math.max(ring, ...bars);
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
