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

type Counts = [input: number, output: number, read: number, creation: number];
const message = (id: string, [input, output, read, creation]: Counts, more = ''): string =>
  `{"type":"assistant",${more}"message":{"content":[{"type":"tool_use","id":"tool_${output}"}],"id":"${id}","type":"message",` +
  `"usage":{"input_tokens":${input},"cache_creation_input_tokens":${creation},"cache_read_input_tokens":${read},"output_tokens":${output}}}}`;
const result = ([input, output, read, creation]: Counts, more = ''): string =>
  `{"type":"result","subtype":"success",${more}"usage":{"input_tokens":${input},"cache_creation_input_tokens":${creation},` +
  `"cache_read_input_tokens":${read},"output_tokens":${output}}}`;
const stream = (event: string): string => `{"type":"stream_event","session_id":"s","event":${event}}`;
const first: Counts = [3, 9, 100, 50];
const second: Counts = [4, 11, 150, 0];
const both: Counts = [7, 20, 250, 50];
const plus = (a: Counts, b: Counts): Counts => [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]];

test.each<[string, string[], Counts, number]>([
  ['messages and the sum of them', [message('a', first), message('b', second), result(both)], both, 2],
  ['a message told once for each of its parts', [message('a', first), message('a', first), result(first)], first, 1],
  ['a message whose parts tell its beginning only', [message('a', [3, 1, 100, 50]), result(first)], first, 1],
  ['no message, only sums', [result(first), result(first), result(second)], plus(both, first), 3],
  ['sums of each turn', [message('a', first), result(first), message('b', second), result(second)], both, 2],
  [
    'sums that go on from those before',
    [message('a', first), result(first), message('b', second), result(both)],
    both,
    2,
  ],
  ['a message that comes again behind the sum', [message('a', first), result(first), message('a', first)], first, 1],
  [
    'a conversation that is told twice',
    [message('a', first), message('b', second), result(both), message('a', first), message('b', second), result(both)],
    both,
    2,
  ],
  ['two streams that alternate', ['a', 'b', 'a', 'b'].map((id) => message(id, first)), plus(first, first), 2],
  [
    'two conversations that alternate, each with its sum',
    [
      message('a', [3, 1, 100, 50], '"session_id":"s",'),
      message('b', [4, 1, 150, 0], '"session_id":"t",'),
      result(first, '"session_id":"s",'),
      result(second, '"session_id":"t",'),
    ],
    both,
    2,
  ],
  [
    'two conversations without names, each with its sum',
    [message('a', first), message('b', second), message('a', first), result(first), result(second)],
    both,
    2,
  ],
  [
    "a helper's messages that the sum leaves out",
    [
      message('a', first, '"session_id":"s","parent_tool_use_id":null,'),
      message('b', second, '"session_id":"s","parent_tool_use_id":"tool_9",'),
      result(first, '"session_id":"s",'),
    ],
    both,
    2,
  ],
  [
    "what a helper used, told once more with the tool's result",
    [
      message('a', first),
      message('b', second, '"parent_tool_use_id":"tool_9",'),
      `{"type":"user","tool_use_result":{"usage":{"input_tokens":400}},"message":{"role":"user"}}`,
      result(first),
    ],
    both,
    2,
  ],
  [
    'a stream that tells the prompt first and the answer last',
    [
      stream(
        `{"type":"message_start","message":{"id":"a","type":"message","usage":{"input_tokens":3,"output_tokens":1}}}`,
      ),
      stream('{"type":"message_delta","usage":{"output_tokens":5}}'),
      stream('{"type":"message_delta","usage":{"output_tokens":9}}'),
      `{"type":"result","session_id":"s","usage":{"input_tokens":3,"output_tokens":9}}`,
    ],
    [3, 9, 0, 0],
    1,
  ],
  ['all in one list', [`[${[message('a', first), message('b', second), result(both)].join(',')}]`], both, 2],
  [
    'an object with its steps and their sum',
    ['{"id":"r","steps":[{"usage":{"input_tokens":3}},{"usage":{"input_tokens":4}}],"usage":{"input_tokens":7}}'],
    [7, 0, 0, 0],
    2,
  ],
  [
    'batches of answers, each with its id',
    ['a', 'b', 'a'].map((id) => `{"id":"batch","response":{"body":{"id":"${id}","usage":{"prompt_tokens":5}}}}`),
    [10, 0, 0, 0],
    2,
  ],
  [
    'a line of several answers that is not JSON as a whole',
    [
      '{"id":"a","usage":{"prompt_tokens":5}} {"id":"b","usage":{"prompt_tokens":6}} {"id":"a","usage":{"prompt_tokens":5}}',
    ],
    [11, 0, 0, 0],
    2,
  ],
  [
    'a turn with cached tokens in its prompt',
    ['{"type":"turn.completed","usage":{"input_tokens":12,"cached_input_tokens":4,"output_tokens":7}}'],
    [8, 7, 4, 0],
    1,
  ],
  ...['=== Restart 2 at 2026-11-21T05:15:00.000Z (exit code 1) ===', '=== Resume at 2026-11-21T05:15:00.000Z ==='].map(
    (opening): [string, string[], Counts, number] => [
      `another process with the same log that counts its requests from the beginning (${opening.slice(4, 11)})`,
      [message('a', first), opening, message('a', second)],
      both,
      2,
    ],
  ),
  [
    'answers whose counts are called TokenCount, the thoughts beside the answer and the cached part in the prompt',
    [
      '{"candidates":[{"content":{"parts":[{"text":"a"}]}}],"usageMetadata":{"promptTokenCount":12,"candidatesTokenCount":5,' +
        '"totalTokenCount":20,"cachedContentTokenCount":4,"promptTokensDetails":[{"modality":"TEXT","tokenCount":12}],' +
        '"thoughtsTokenCount":2,"toolUsePromptTokenCount":1},"responseId":"r1"}',
      '{"response_id":"r2","usage_metadata":{"prompt_token_count":3,"candidates_token_count":4,"total_token_count":7}}',
    ],
    [12, 11, 4, 0],
    2,
  ],
  [
    'a stream that repeats them for one id',
    [1, 3, 9].map(
      (count) => `{"usageMetadata":{"promptTokenCount":7,"candidatesTokenCount":${count}},"responseId":"r"}`,
    ),
    [7, 9, 0, 0],
    1,
  ],
  [
    'answers whose counts are called inputTokens and outputTokens',
    [
      '{"output":{},"usage":{"inputTokens":5,"outputTokens":6,"totalTokens":11,"cacheReadInputTokens":2,"cacheWriteInputTokens":1}}',
      '{"usage":{"promptTokens":1,"completionTokens":2}}',
    ],
    [6, 8, 2, 1],
    2,
  ],
  [
    'a message with its usage_metadata, whose details tell the cached part',
    [
      '{"usage_metadata":{"input_tokens":9,"output_tokens":2,"total_tokens":11,"input_token_details":{"cache_read":4}}}',
    ],
    [5, 2, 4, 0],
    1,
  ],
])('each request of a log counts once: %s', (_what, lines, [input, output, read, creation], requests) => {
  const tokens = {
    input_tokens: input,
    output_tokens: output,
    cache_read_tokens: read,
    cache_creation_tokens: creation,
  };
  expect(scan(`${lines.join('\n')}\n`).objects).toEqual({ tokens, requests });
  expect(
    scan(lines.map((line) => `${line.startsWith('{') ? '2026-11-21 05:15:00 - INFO - ' : ''}${line}\n`).join(''))
      .objects.tokens.output_tokens,
  ).toBe(output);
});

test('a sum counts in place of its requests also where its line is longer than a piece', () => {
  const long = result(both, `"result":"${'x'.repeat(3 * SCAN_LINE_BYTES)}",`);
  expect(scan(`${message('a', first)}\n${message('b', second)}\n${long}\n`).objects).toMatchObject({
    tokens: { input_tokens: 7, output_tokens: 20 },
    requests: 2,
  });
});

test('requests count once among very many, however late they are told again', () => {
  const ids = Array.from({ length: 50_000 }, (_, index) => `request-${index}`);
  const lines = [...ids, ...ids].map((id) => `{"id":"${id}",${usage(5)}}\n`).join('');
  expect(counted(scan(lines).objects)).toEqual([250_000, 50_000]);
});

test('a line about tokens counts what stands in it and nothing else', () => {
  const lines = 'Token usage: input=10, output=20, cache_read=0, cache_creation=0\noutput=5000 lines written\n';
  expect(scan(lines).lines).toEqual({
    tokens: { input_tokens: 10, output_tokens: 20, cache_read_tokens: 0, cache_creation_tokens: 0 },
    requests: 1,
  });
  const loud = 'TOKEN USAGE: input=\u001b[33m1,001\u001b[0m, output=4, cache_read=0\n';
  expect(counted(scan(`\u001b[1m${loud}`).lines)).toEqual([1001, 1]);
  const summed =
    'Token usage: input=10\nToken usage: input=20\nINFO Total token usage: input=30\nToken usage: input=1\n';
  expect(counted(scan(summed).lines)).toEqual([31, 3]);
  const repeated = 'Token usage: id=a, input=10\nToken usage: id=a, input=10\n';
  expect(counted(scan(repeated).lines)).toEqual([10, 1]);
  const resumed = `${repeated}=== Resume at 2026-11-21T05:15:00.000Z ===\n${repeated}`;
  expect(counted(scan(resumed).lines)).toEqual([20, 2]);
});

test('a usage object in a line of a megabyte is counted once, wherever the pieces of the line are cut', () => {
  for (let at = SCAN_LINE_BYTES - 1_400; at < SCAN_LINE_BYTES + 200; at += 37) {
    const text = `{"text":"${'x'.repeat(at)}",${usage(5)},"more":"${'y'.repeat(100_000)}"}\n`;
    expect(counted(scan(text).objects)).toEqual([5, 1]);
  }
});

test('final reports are read by the other names of counts, too', () => {
  const report = (metrics: object): string => `${JSON.stringify({ file: 'a', status: 'complete', metrics })}\n`;
  const text = report({ usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 1 } }) + report({ inputTokens: 3 });
  expect(counted(scan(text, 'reports').reports)).toEqual([8, 2]);
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

test('reports that name their request count it once, and a sum replaces them', () => {
  const report = (metrics: object): string => `${JSON.stringify({ file: 'a', status: 'complete', metrics })}\n`;
  const one = report({ request_id: 'r', usage: { prompt_tokens: 5 } });
  expect(counted(scan(one + one + report({ prompt_tokens: 2 }), 'reports').reports)).toEqual([7, 2]);
  const sum = report({ type: 'summary', usage: { prompt_tokens: 7 } });
  expect(counted(scan(one + report({ prompt_tokens: 2 }) + sum, 'reports').reports)).toEqual([7, 2]);
});

test('of several accounts of the same requests the fullest counts, and they are never added up', () => {
  const log = scan(`Token usage: input=5, output=1\n{${usage(5)}}\n{${usage(5)}}\n`);
  const reports = scan('{"file":"a","status":"complete","metrics":{"prompt_tokens":9}}\n', 'reports');
  expect(counted(fullestAccount([log, reports]))).toEqual([10, 2]);
  expect(counted(fullestAccount([scan('nothing\n'), reports]))).toEqual([9, 1]);
  expect(counted(fullestAccount([]))).toEqual([0, 0]);
});
