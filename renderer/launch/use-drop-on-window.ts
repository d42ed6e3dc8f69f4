import { useEffect, useRef, useState } from 'react';

/**
 * Takes what is dropped anywhere on the page: a file that missed its place would otherwise be opened instead of the page.
 * @returns whether something is held over the page now
 */
export function useDropOnWindow(take: (transfer: DataTransfer) => void): boolean {
  const [over, setOver] = useState(false);
  const latest = useRef(take);
  useEffect(() => {
    latest.current = take;
  });
  useEffect(() => {
    const ending = new AbortController();
    // Before those who take files wherever on the window they are dropped.
    const first = { signal: ending.signal, capture: true };
    const stay = (event: DragEvent): void => {
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      // Every element that is left says so; only the page itself has nothing beyond it.
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      setOver(false);
      if (event.dataTransfer !== null) latest.current(event.dataTransfer);
    };
    addEventListener('dragover', stay, first);
    addEventListener('dragleave', leave, first);
    addEventListener('drop', drop, first);
    return () => ending.abort();
  }, []);
  return over;
}
