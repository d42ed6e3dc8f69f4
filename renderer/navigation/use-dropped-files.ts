import { useEffect } from 'react';
import { bringFiles, bringUnknownFiles } from '../store/brought-files.ts';

/**
 * Opens the form with files that are dropped anywhere on the window. A browser does not reveal their paths, so there the form begins with the
 * file browser. Without this handler the browser would show the file instead of the window.
 */
export function useDroppedFiles(): void {
  useEffect(() => {
    const ending = new AbortController();
    const { signal } = ending;
    const allow = (event: DragEvent): void => {
      if (hasFiles(event)) event.preventDefault();
    };
    const take = (event: DragEvent): void => {
      // A part of the page that accepts files has already taken them.
      if (event.defaultPrevented || event.dataTransfer === null || !hasFiles(event)) return;
      event.preventDefault();
      const paths = pathsOf(event.dataTransfer.files);
      if (paths.length > 0) bringFiles(paths);
      else bringUnknownFiles();
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
