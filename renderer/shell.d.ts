import type { Shell } from '../shared/contract/shell.ts';

declare global {
  interface Window {
    /** Defined in the desktop app, not in a browser. */
    readonly drover?: Shell;
  }
}
