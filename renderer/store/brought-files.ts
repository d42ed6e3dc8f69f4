import { create } from 'zustand';
import { goTo } from './layout-store.ts';

/** What was brought from outside the form. */
export interface Brought {
  paths: readonly string[];
  /** Files were dropped whose place nobody tells: they have to be found by hand. */
  isUntold: boolean;
}

interface BroughtFiles extends Brought {
  /** Counts what was brought, so that the same files twice are seen. */
  times: number;
}

const NOTHING: Brought = { paths: [], isUntold: false };

/** Files that came from outside the form: dropped on the window, or named when the app was started. */
export const useBroughtFiles = create<BroughtFiles>(() => ({ ...NOTHING, times: 0 }));

/** Opens the form with files. */
export function bringFiles(paths: readonly string[]): void {
  bring({ paths, isUntold: false });
}

/** Opens the form to look for files that were dropped in a browser, which does not tell where they lie. */
export function bringUntoldFiles(): void {
  bring({ paths: [], isUntold: true });
}

function bring(brought: Brought): void {
  useBroughtFiles.setState(({ times }) => ({ ...brought, times: times + 1 }));
  goTo({ page: 'new' });
}

/** Takes what was brought; the next call gets nothing. */
export function takeBroughtFiles(): Brought {
  const { paths, isUntold } = useBroughtFiles.getState();
  useBroughtFiles.setState(NOTHING);
  return { paths, isUntold };
}
