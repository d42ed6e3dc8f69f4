import type { Shell } from '../shared/shell.ts';

declare global {
  interface Window {
    /** There in the desktop app, not in a browser. */
    readonly drover?: Shell;
  }
}
