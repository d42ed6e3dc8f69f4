import { describe, expect, it } from 'vitest';
import { parseProgressLine } from '../../../../../../electron/engine/logs/scan/parse-progress-line.ts';

describe('parseProgressLine', () => {
  it.each([
    [' 45%|████▌     | 45/100 [00:10<00:12,  4.5it/s]', { done: 45, total: 100 }],
    ['embed:   0%|          | 0/7 [00:00<?, ?it/s]', { done: 0, total: 7 }],
    ['\r 1%| | 1/100 [x]\r 2%|#| 2/100 [y]', { done: 2, total: 100 }],
    ['50%|#####     | 1.5k/3k [00:01<00:01]', { done: 1500, total: 3000 }],
    ['50%|#####     | 2/4', { done: 2, total: 4 }],
  ])('reads %j', (text, expected) => {
    expect(parseProgressLine(text)).toEqual(expected);
  });

  it.each(['45% done', '45%|███', '45%|███ | 4', 'a|b'])('finds no whole bar in %j', (text) => {
    expect(parseProgressLine(text)).toBeNull();
  });
});
