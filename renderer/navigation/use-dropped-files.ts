import { useEffect } from 'react';
import { bringFiles, bringUntoldFiles } from '../store/brought-files.ts';

/**
 * Opens the form with files that are dropped anywhere on the window. A browser does not tell where they lie, so there the form begins with
 * looking for them; left alone, the browser would show the file in the place of the window.
 */
export function useDroppedFiles(): void {
  useEffect(() => {
    const ending = new AbortController();
    const { signal } = ending;
    const allow = (event: DragEvent): void => {
      if (hasFiles(event)) event.preventDefault();
    };
    const take = (event: DragEvent): void => {
      // What has a place of its own for files has taken them.
      if (event.defaultPrevented || event.dataTransfer === null || !hasFiles(event)) return;
      event.preventDefault();
      const paths = pathsOf(event.dataTransfer.files);
      if (paths.length > 0) bringFiles(paths);
      else bringUntoldFiles();
    };
    addEventListener('dragover', allow, { signal });
    addEventListener('drop', take, { signal });
    return () => ending.abort();
  }, []);
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') === true;
}

function pathsOf(files: FileList): string[] {
  const { drover: shell } = window;
  if (shell === undefined) return [];
  return [...files].map((file) => shell.pathOf(file)).filter((path) => path !== '');
}
