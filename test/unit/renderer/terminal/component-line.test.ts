import { describe, expect, it } from 'vitest';
import { componentLine } from '../../../../renderer/terminal/component-line.ts';

const SEQUENCES = /\p{Cc}\[[\d;]*m/gu;
const plain = (line: string): string => componentLine(line).replaceAll(SEQUENCES, '');

const record = {
  time: '2026-11-21T05:15:00.123Z',
  level: 'WARNING',
  component: 'validator',
  worker: 'worker_1',
  message: 'worker stalled',
  fields: { seconds: 600, reason: 'no output for long' },
};

describe('a line of a component log', () => {
  it('is told in words, with its fields', () => {
    expect(plain(JSON.stringify(record)).slice('2026-11-21 05:15:00.123'.length)).toBe(
      ' WARNING worker stalled worker=worker_1 seconds=600 reason="no output for long"',
    );
  });

  it('colours warnings', () => {
    expect(componentLine(JSON.stringify(record))).toContain('\u001b[33mWARNING');
  });

  it('does not let escaped control characters become active', () => {
    const told = componentLine(JSON.stringify({ ...record, message: 'a\u001b]52;c;eA==\u0007\nb' }));
    expect(told).not.toContain('\u001b]');
    expect(told).not.toContain('\n');
  });

  it.each(['not JSON', '{"half":', '[]', '"text"', '{"level":"INFO","message":"no time"}'])(
    'leaves %s as it is',
    (line) => {
      expect(componentLine(line)).toBe(line);
    },
  );
});
