import { expect, test } from 'vitest';
import { tableLines } from '../../../../electron/cli/table.ts';

test('a table has columns below each other, numbers on the right', () => {
  const columns = [{ heading: 'NAME' }, { heading: 'SIZE', number: true }, { heading: 'NOTE' }];
  expect(
    tableLines(columns, [
      ['a', '1', ''],
      ['longer', '12345', 'x'],
    ]),
  ).toEqual(['NAME     SIZE  NOTE', 'a           1', 'longer  12345  x']);
});

test('names from outside cannot break a table', () => {
  expect(
    tableLines(
      [{ heading: 'N' }, { heading: 'X' }],
      [
        ['a\n\u001b[2Jb', '1'],
        ['漢字', '2'],
      ],
    ),
  ).toEqual(['N        X', 'a··[2Jb  1', '漢字     2']);
});
