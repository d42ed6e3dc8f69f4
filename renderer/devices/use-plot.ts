import { type RefObject, useEffect, useRef } from 'react';
import { onThemeChange } from '../parts/token-colour.ts';
import type { Plot, PlotData, PlotStyle } from './plot.ts';

/** Keeps a chart in an element, as large as the element is. The drawing code is loaded with the first chart. */
export function usePlot(holder: RefObject<HTMLElement | null>, data: PlotData, style: PlotStyle): void {
  const latest = useRef({ data, style });
  const plot = useRef<Plot | null>(null);
  useEffect(() => {
    latest.current = { data, style };
    plot.current?.setData(data);
  });
  useEffect(() => {
    const element = holder.current;
    if (element === null) return undefined;
    const ending = new AbortController();
    void keepPlot(element, latest, plot, ending.signal);
    return () => ending.abort();
  }, [holder]);
}

async function keepPlot(
  element: HTMLElement,
  latest: RefObject<{ data: PlotData; style: PlotStyle }>,
  plot: RefObject<Plot | null>,
  signal: AbortSignal,
): Promise<void> {
  const { makePlot } = await import('./plot.ts');
  if (signal.aborted) return;
  const { style } = latest.current;
  const made = makePlot(element, sizeOf(element), {
    ...style,
    // Read at each call, because the callback changes with each render of the page.
    onCursor: (index) => latest.current.style.onCursor?.(index),
  });
  made.setData(latest.current.data);
  plot.current = made;
  const observer = new ResizeObserver(() => {
    const { width, height } = sizeOf(element);
    if (width > 0 && height > 0) made.setSize(width, height);
  });
  observer.observe(element);
  const unsubscribe = onThemeChange(() => made.setTheme());
  signal.addEventListener('abort', () => {
    observer.disconnect();
    unsubscribe();
    made.dispose();
    plot.current = null;
  });
}

function sizeOf({ clientWidth, clientHeight }: HTMLElement): { width: number; height: number } {
  return { width: clientWidth, height: clientHeight };
}
