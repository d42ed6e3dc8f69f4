import { describe, expect, it } from 'vitest';
import { ProblemKinds } from '../../../../../../electron/engine/logs/scan/classify-log-line.ts';
import { ProblemLines } from '../../../../../../electron/engine/logs/scan/problem-lines.ts';

/** What is filed of a text, all of whose lines are looked at. */
function filed(text: string) {
  const kinds = new ProblemKinds();
  const lines = new ProblemLines(kinds);
  let offset = 0;
  for (const line of text.split('\n')) {
    lines.take(line, offset);
    offset += Buffer.byteLength(line) + 1;
  }
  lines.end();
  return kinds.all().map(({ level, text: told, count }) => [level, told, count]);
}

const traceback = (exception: string, prefix = '') =>
  [
    'Traceback (most recent call last):',
    '  File "/x/predict.py", line 8, in <module>',
    '    raise ValueError("bad")',
    '    ~~~~~^^^^^',
    exception,
  ]
    .map((line) => prefix + line)
    .join('\n');
const LOGGED = '2026-11-21 05:15:00,123 - Worker 0 - embed - ERROR - a.fa failed';

describe('a failure is one problem', () => {
  it.each<[string, string, unknown[][]]>([
    ['a traceback', traceback('ValueError: bad'), [['error', 'ValueError: bad', 1]]],
    [
      'a traceback with windows line ends',
      traceback('ValueError: bad').replaceAll('\n', '\r\n'),
      [['error', 'ValueError: bad', 1]],
    ],
    ['an exception without a message', traceback('KeyboardInterrupt'), [['error', 'KeyboardInterrupt', 1]]],
    ['a traceback of each rank', traceback('ValueError: bad', '[rank0]: '), [['error', 'ValueError: bad', 1]]],
    ['a logged one', `${LOGGED}\n${traceback('ValueError: bad')}\nnext`, [['error', `${LOGGED} · ValueError: bad`, 1]]],
    [
      'one behind a warning that was printed before',
      `WARNING: low memory\n${traceback('ValueError: bad')}`,
      [
        ['warning', 'WARNING: low memory', 1],
        ['error', 'ValueError: bad', 1],
      ],
    ],
    [
      'one that was logged as a warning',
      `${LOGGED.replace('ERROR', 'WARNING')}\n${traceback('ValueError: bad')}`,
      [['warning', `${LOGGED.replace('ERROR', 'WARNING')} · ValueError: bad`, 1]],
    ],
    [
      'one in a log line',
      traceback('ValueError: bad').replace('Trace', '12:00 - WARNING - Trace'),
      [['warning', 'ValueError: bad', 1]],
    ],
    ['one that is told as information', traceback('ValueError: bad').replace('Trace', '12:00 - INFO - Trace'), []],
    [
      'a chain of them',
      [
        traceback('KeyError: 1'),
        '',
        'During handling of the above exception, another exception occurred:',
        '',
        traceback('OSError: 2'),
        '',
        'The above exception was the direct cause of the following exception:',
        '',
        traceback('RuntimeError: 3'),
      ].join('\n'),
      [['error', 'RuntimeError: 3', 1]],
    ],
    [
      'one of another process',
      `multiprocessing.pool.RemoteTraceback: \n"""\n${traceback('ValueError: bad')}\n"""\n\nThe above exception was the direct cause of the following exception:\n\n${traceback('ValueError: bad')}`,
      [['error', 'ValueError: bad', 1]],
    ],
    [
      'a group',
      '  + Exception Group Traceback (most recent call last):\n  |   File "a.py", line 1, in <module>\n  | ExceptionGroup: two (2 sub-exceptions)\n  +-+---------------- 1 ----------------\n    | ValueError: bad\n    +------------------------------------\nnext',
      [['error', 'ExceptionGroup: two (2 sub-exceptions)', 1]],
    ],
    [
      'one that was cut off',
      'Traceback (most recent call last):\n  File "a.py", line 1, in f',
      [['error', 'Traceback (most recent call last):', 1]],
    ],
    [
      'equal ones',
      `${traceback('ValueError: item 1')}\n${traceback('ValueError: item 2')}`,
      [['error', 'ValueError: item 1', 2]],
    ],
    [
      'an error with its stack (JavaScript)',
      "/x/a.js:3\n    throw new Error('bad');\n    ^\n\nError: bad\n    at f (/x/a.js:3:9)\n    at Error.prepare (x)\nnext",
      [['error', 'Error: bad', 1]],
    ],
    [
      'an error with its stack and causes (Java)',
      'Exception in thread "main" java.lang.RuntimeException: bad\n\tat A.f(A.java:3)\nCaused by: java.io.IOException: gone\n\t... 2 more\nnext',
      [['error', 'Exception in thread "main" java.lang.RuntimeException: bad', 1]],
    ],
    [
      'lines that have nothing to do with each other',
      'ERROR: a\nERROR: b\nWARNING: c',
      [
        ['error', 'ERROR: a', 1],
        ['error', 'ERROR: b', 1],
        ['warning', 'WARNING: c', 1],
      ],
    ],
    [
      'what follows a traceback',
      `${traceback('ValueError: bad')}\nERROR: other`,
      [
        ['error', 'ValueError: bad', 1],
        ['error', 'ERROR: other', 1],
      ],
    ],
  ])('%s', (_what, text, expected) => {
    expect(filed(text)).toEqual(expected);
  });
});
