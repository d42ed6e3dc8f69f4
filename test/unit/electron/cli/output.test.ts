import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createOutput, type OutputEnd } from '../../../../electron/cli/output.ts';

/** A stream that fails each write: at once, as a file's does, or later, as a pipe's. */
function failing(code: string, when: 'at once' | 'later'): Writable {
  const error = Object.assign(new Error(`${code}: no room, write`), { code, syscall: 'write' });
  const stream = new Writable({ write: (_chunk, _encoding, done) => done(error) });
  if (when === 'at once') {
    stream.write = () => {
      throw error;
    };
  }
  return stream;
}

function sink(): { stream: Writable; text: () => string } {
  let text = '';
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      text += String(chunk);
      done();
    },
  });
  return { stream, text: () => text };
}

describe('standard output that takes nothing', () => {
  it.each([
    ['ENOSPC', 'at once', { kind: 'failed', message: 'ENOSPC: no room, write' }],
    ['ENOSPC', 'later', { kind: 'failed', message: 'ENOSPC: no room, write' }],
    ['EFBIG', 'at once', { kind: 'failed', message: 'EFBIG: no room, write' }],
    ['EPIPE', 'at once', { kind: 'closed' }],
    ['EPIPE', 'later', { kind: 'closed' }],
  ] as const)('%s %s is told once and never thrown, and messages go on', async (code, when, expected) => {
    const ends: OutputEnd[] = [];
    const errors = sink();
    const output = createOutput(failing(code, when), errors.stream, (end) => ends.push(end));
    for (const line of ['a', 'b']) output.print(line);
    await output.write('c');
    await new Promise(setImmediate);
    output.print('d');
    expect(ends).toEqual([expected]);
    output.report('a message');
    expect(errors.text()).toBe('a message\n');
  });
});

it('messages that a full disk does not take are dropped and end nothing', () => {
  const results = sink();
  const output = createOutput(results.stream, failing('ENOSPC', 'at once'), () => undefined);
  output.report('a message');
  output.print('a result');
  expect(results.text()).toBe('a result\n');
});
