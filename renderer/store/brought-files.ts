import { create } from 'zustand';
import { goTo } from './layout-store.ts';

/** Files from outside the form. */
export interface Brought {
  paths: readonly string[];
  /** Whether files were dropped whose paths are unknown: they must be found by hand. */
  hasUnknownPaths: boolean;
}

interface BroughtFiles extends Brought {
  /** Counts the calls, so that the same files can be brought twice. */
  times: number;
}

const NOTHING: Brought = { paths: [], hasUnknownPaths: false };

/** Files that came from outside the form: dropped on the window, or named when the app was started. */
export const useBroughtFiles = create<BroughtFiles>(() => ({ ...NOTHING, times: 0 }));

/** Opens the form with files. */
export function bringFiles(paths: readonly string[]): void {
  bring({ paths, hasUnknownPaths: false });
}

/** Opens the form to find files that were dropped in a browser, which does not reveal their paths. */
export function bringUnknownFiles(): void {
  bring({ paths: [], hasUnknownPaths: true });
}

function bring(brought: Brought): void {
  useBroughtFiles.setState(({ times }) => ({ ...brought, times: times + 1 }));
  goTo({ page: 'new' });
}

/** Returns the brought files once; the next call gets nothing. */
export function takeBroughtFiles(): Brought {
  const { paths, hasUnknownPaths } = useBroughtFiles.getState();
  useBroughtFiles.setState(NOTHING);
  return { paths, hasUnknownPaths };
}
