import { Terminal } from '@xterm/xterm';
import { describe, expect, it } from 'vitest';
import { findInBuffer } from '../../../../renderer/terminal/find-in-buffer.ts';

const COLUMNS = 10;

async function find(log: string, text: string) {
  const terminal = new Terminal({ cols: COLUMNS, rows: 5, convertEol: true });
  await new Promise<void>((resolve) => terminal.write(log, resolve));
  const hits = findInBuffer(terminal.buffer.active, text, COLUMNS);
  terminal.dispose();
  return hits;
}

describe('finding text in a pane', () => {
  it('finds every place, whatever the case', async () => {
    expect(await find('an Error\nno error', 'error')).toEqual([
      { row: 0, column: 3, length: 5 },
      { row: 1, column: 3, length: 5 },
    ]);
  });

  it('finds text that is broken at the edge', async () => {
    expect(await find('0123456error', 'error')).toEqual([{ row: 0, column: 7, length: 5 }]);
  });

  it('does not join separate lines', async () => {
    expect(await find('err\nor', 'error')).toEqual([]);
  });

  it('counts cells, not characters, behind wide ones', async () => {
    expect(await find('漢字 ok', 'ok')).toEqual([{ row: 0, column: 5, length: 2 }]);
  });

  it('finds nothing for an empty text', async () => {
    expect(await find('something', '')).toEqual([]);
  });
});
