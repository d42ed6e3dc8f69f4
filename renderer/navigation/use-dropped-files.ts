import { useEffect } from 'react';
import { bringFiles } from '../store/brought-files.ts';

/** Opens the form with files that are dropped anywhere on the desktop window; a browser does not tell where they lie, so there it does nothing. */
export function useDroppedFiles(): void {
  useEffect(() => {
    const { drover: shell } = window;
    if (shell === undefined) return undefined;
    const allow = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes('Files') === true) event.preventDefault();
    };
    const take = (event: DragEvent): void => {
      // What has a place of its own for files has taken them.
      if (event.defaultPrevented || event.dataTransfer === null) return;
      event.preventDefault();
      const paths = [...event.dataTransfer.files].map((file) => shell.pathOf(file)).filter((path) => path !== '');
      if (paths.length > 0) bringFiles(paths);
    };
    addEventListener('dragover', allow);
    addEventListener('drop', take);
    return () => {
      removeEventListener('dragover', allow);
      removeEventListener('drop', take);
    };
  }, []);
}
