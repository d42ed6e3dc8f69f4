import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LineRegions } from '../../../../../../electron/engine/logs/line-regions.ts';
import { SCAN_LINE_BYTES, SCAN_OVERLAP_BYTES } from '../../../../../../electron/engine/logs/scan/scan-limits.ts';
import type { ScannedKind } from '../../../../../../electron/engine/logs/scan/scan-messages.ts';
import { fullestAccount, type TokenAccounts } from '../../../../../../electron/engine/logs/scan/token-accounts.ts';
import { WatchedLog } from '../../../../../../electron/engine/logs/scan/watched-log.ts';
import { temporaryFolder } from '../../../../../helpers/temporary-folder.ts';

const regions = new LineRegions({ pieceBytes: SCAN_LINE_BYTES, overlapBytes: SCAN_OVERLAP_BYTES, returnsToo: true });

function scan(text: string, content: ScannedKind = 'log'): TokenAccounts {
  const path = join(temporaryFolder(), 'file');
  writeFileSync(path, text);
  const log = new WatchedLog({ id: 'w', path, from: 0, regions, content });
  while (log.scanSlice(100_000).more) {
    // More remains.
  }
  return log.finish().accounts;
}

const usage = (prompt: number): string =>
  `"usage":{"prompt_tokens":${prompt},"completion_tokens":1,"total_tokens":${prompt + 1}}`;
const counted = (account: { tokens: { input_tokens: number }; requests: number }): [number, number] => [
  account.tokens.input_tokens,
  account.requests,
];

test('usage objects are found wherever they stand in a line of JSON', () => {
  const lines = [
    `{"id":"a","choices":[{"text":"{not json"}],${usage(5)}}`,
    `2026-11-21 05:15:00 - Worker 0 - INFO - {"${'model'}":"m", ${usage(6).replaceAll(':', ' : ')}}`,
    `{"custom_id":"q","response":{"body":{${usage(7)}}}}`,
    '{"usage":null,"prompt_tokens":100}',
    '{"text":"\\"usage\\":{\\"prompt_tokens\\":100}"}',
    '{"usage":{"prompt_tokens":100',
    'max_tokens is no usage, and "usage" is a word',
  ];
  expect(counted(scan(`${lines.join('\n')}\n`).objects)).toEqual([18, 3]);
});

test('of a streamed answer that repeats its usage the last one counts', () => {
  const chunk = (id: string, prompt: number): string => `{"id":"${id}","choices":[],${usage(prompt)}}\n`;
  expect(counted(scan(chunk('a', 5) + chunk('a', 5) + chunk('b', 3) + chunk('b', 4)).objects)).toEqual([9, 2]);
  expect(counted(scan(`{${usage(5)}}\n`.repeat(3)).objects)).toEqual([15, 3]);
});

test('a usage object in a line of a megabyte is counted once, wherever the pieces of the line are cut', () => {
  for (let at = SCAN_LINE_BYTES - 1_400; at < SCAN_LINE_BYTES + 200; at += 37) {
    const text = `{"text":"${'x'.repeat(at)}",${usage(5)},"more":"${'y'.repeat(100_000)}"}\n`;
    expect(counted(scan(text).objects)).toEqual([5, 1]);
  }
});

test('final reports are added up by their metrics, others and garbage are not', () => {
  const report = (status: string, metrics: object): string => `${JSON.stringify({ file: 'a', status, metrics })}\n`;
  const text =
    report('complete', { prompt_tokens: 5, requests: 4 }) +
    report('failed', { usage: { prompt_tokens: 2 } }) +
    report('progress', { prompt_tokens: 100 }) +
    '{"prompt_tokens": 100\n' +
    report('complete', { sequences: 3 });
  expect(counted(scan(text, 'reports').reports)).toEqual([7, 5]);
});

test('of several accounts of the same requests the fullest counts, and they are never added up', () => {
  const log = scan(`Token usage: input=5, output=1\n{${usage(5)}}\n{${usage(5)}}\n`);
  const reports = scan('{"file":"a","status":"complete","metrics":{"prompt_tokens":9}}\n', 'reports');
  expect(counted(fullestAccount([log, reports]))).toEqual([10, 2]);
  expect(counted(fullestAccount([scan('nothing\n'), reports]))).toEqual([9, 1]);
  expect(counted(fullestAccount([]))).toEqual([0, 0]);
});
