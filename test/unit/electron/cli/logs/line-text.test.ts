import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { type LineStyle, lineOutput } from '../../../../../electron/cli/logs/line-text.ts';

const STYLE: LineStyle = {
  source: 'worker_3',
  step: 2,
  prefixed: false,
  rendered: false,
  raw: false,
  json: false,
  colours: false,
};

function shown(text: string | Buffer, style: Partial<LineStyle> = {}, matching: RegExp | null = null): string {
  const line = { offset: 70, line: 4, bytes: Buffer.from(text) };
  return Buffer.from(lineOutput(line, { ...STYLE, ...style }, matching)).toString('latin1');
}

describe('a line of a log as it is written', () => {
  test('stands behind its worker where several are shown', () => {
    expect(shown('loading', { prefixed: true })).toBe('worker_3 | loading\n');
  });

  test('shows a rewritten progress line as it looked last', () => {
    expect(shown('10 %\r50 %\r100 %\r')).toBe('100 %\n');
  });

  test('shows of a rewritten line the last state that was searched for', () => {
    expect(shown('10 %\r50 % bad\r100 %', {}, /bad/)).toBe('50 % bad\n');
    expect(shown('10 %\r50 %', {}, /10 %\r50/)).toBe('50 %\n');
  });

  test('holds nothing that a terminal would act on', () => {
    const text = '\u001b]0;title\u0007\u001b[31mred\u001b[0m\u001b[2J \u009b5mx\tend';
    expect(shown(text)).toBe('red x\tend\n');
    expect(shown(text, { colours: true })).toBe('\u001b[31mred\u001b[0m x\tend\n');
  });

  test('shows bytes that are no text', () => {
    const output = lineOutput({ offset: 0, line: 1, bytes: Buffer.from([97, 0, 255, 98]) }, STYLE, null);
    expect(output).toBe('a␀\ufffdb\n');
  });

  test('renders a line of a component, and control characters that were escaped in it are taken out', () => {
    const record = { time: '2026-11-21T05:15:00.123Z', level: 'INFO', component: 'adapter', message: 'a\u001b[2Jb' };
    const text = shown(JSON.stringify({ ...record, worker: 'worker_1' }), { rendered: true });
    expect(text).toMatch(/ - adapter - INFO - ab worker=worker_1\n$/);
  });

  test('is left as it is when raw', () => {
    const bytes = Buffer.from([13, 27, 91, 50, 74, 0, 255]);
    expect(Buffer.from(lineOutput({ offset: 0, line: 1, bytes }, { ...STYLE, raw: true }, null))).toEqual(
      Buffer.concat([bytes, Buffer.from('\n')]),
    );
  });

  test('is one JSON object when asked for', () => {
    const document: unknown = JSON.parse(shown('10 %\r\u001b[1mdone', { json: true, prefixed: true }));
    expect(document).toEqual({ source: 'worker_3', step: 2, offset: 70, line: 4, text: 'done' });
  });
});
