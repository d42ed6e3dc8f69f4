import { useEffect, useRef, useState } from 'react';

/**
 * Accepts drops anywhere on the page: otherwise the browser would open a file that was dropped beside its target instead of the page.
 * @returns whether something is dragged over the page now
 */
export function useDropOnWindow(take: (transfer: DataTransfer) => void): boolean {
  const [over, setOver] = useState(false);
  const latest = useRef(take);
  useEffect(() => {
    latest.current = take;
  });
  useEffect(() => {
    const ending = new AbortController();
    // Runs before the handlers that accept files anywhere on the window.
    const first = { signal: ending.signal, capture: true };
    const stay = (event: DragEvent): void => {
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      // Every element fires this event; only for the page itself there is no related target.
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
