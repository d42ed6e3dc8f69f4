import { create } from 'zustand';
import { goTo } from './layout-store.ts';

interface BroughtFiles {
  paths: readonly string[];
  /** Counts what was brought, so that the same files twice are seen. */
  times: number;
}

/** Files that came from outside the form: dropped on the window, or named when the app was started. */
export const useBroughtFiles = create<BroughtFiles>(() => ({ paths: [], times: 0 }));

/** Opens the form with files. */
export function bringFiles(paths: readonly string[]): void {
  useBroughtFiles.setState(({ times }) => ({ paths, times: times + 1 }));
  goTo({ page: 'new' });
}

/** Takes the files that were brought; the next call gets none. */
export function takeBroughtFiles(): readonly string[] {
  const { paths } = useBroughtFiles.getState();
  useBroughtFiles.setState({ paths: [] });
  return paths;
}
