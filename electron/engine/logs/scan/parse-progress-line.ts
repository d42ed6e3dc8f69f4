const BAR = /(\d{1,3})%\|[^|\r\n]*\|\s*(\d+(?:\.\d+)?)([kMGTP]?)\/(\d+(?:\.\d+)?)([kMGTP]?)(?=\s|\[|$)/g;
const SCALES: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 };

/** How far a worker is inside a file. */
export interface LineProgress {
  done: number;
  total: number;
}

/**
 * Returns the last progress bar in a text, as tqdm draws it (` 45%|████▌     | 45/100 [00:10<00:12,  4.5it/s]`); null when there is none. Scaled
 * numbers (`1.2k/3.4k`) are taken as printed.
 */
export function parseProgressLine(text: string): LineProgress | null {
  let last: LineProgress | null = null;
  for (const [, , done = '', doneScale = '', total = '', totalScale = ''] of text.matchAll(BAR))
    last = { done: Number(done) * (SCALES[doneScale] ?? 1), total: Number(total) * (SCALES[totalScale] ?? 1) };
  return last;
}
