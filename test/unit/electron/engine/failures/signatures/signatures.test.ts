import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findCause } from '../../../../../../electron/engine/failures/find-cause.ts';
import { AFTERMATH } from '../../../../../../electron/engine/failures/signatures/aftermath.ts';
import { SIGNATURES, signOfLine } from '../../../../../../electron/engine/failures/signatures/signatures.ts';

const examples = SIGNATURES.flatMap((signature) => signature.examples.map((line) => ({ line, signature })));

describe('a line that programs print', () => {
  it.each(examples)('$line is read as $signature.reason', ({ line, signature }) => {
    const { cause } = findCause(`loading\n${line}\n`);
    expect(cause).toMatchObject({ reason: signature.reason, line: line.trim(), advice: signature.advice });
  });

  it.each(examples)('$line gives its cause away behind a time and a level, and in colour', ({ line, signature }) => {
    // A level or a time takes the place of the name of an exception at the beginning of a line.
    if (signature.pattern.source.includes('^')) return;
    expect(findCause(`\u001b[31m2026-11-21 05:15:00,123 - ERROR - ${line}\u001b[0m`).cause?.reason).toBe(
      signature.reason,
    );
  });

  it.each(AFTERMATH.flatMap(({ examples: lines, reason }) => lines.map((line) => ({ line, reason }))))(
    '$line is taken for a consequence',
    ({ line, reason }) => {
      expect(signOfLine(line)).toMatchObject({ kind: 'aftermath' });
      expect(findCause(line).cause?.reason).toBe(reason ?? undefined);
    },
  );

  it('that says nothing of a failure is no sign', () => {
    for (const line of ['Epoch 3: 100%|##########| 12/12', 'wrote 12 records', 'Token usage: input=1, output=2'])
      expect(signOfLine(line)).toBeNull();
  });
});

describe('any text', () => {
  it('is read without an error, and what is found stands in it', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom(...examples.map(({ line }) => line)),
      fc.constantFrom(
        'Traceback (most recent call last):',
        '  File "a.py", line 3',
        'ValueError: x',
        '\u001b[31m',
        '\r',
        '\0',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const { cause, collateral } = findCause(pieces.join('\n'));
        expect(collateral.length).toBeLessThanOrEqual(3);
        expect([...SIGNATURES.map(({ reason }) => reason), 'peer-failed', undefined]).toContain(cause?.reason);
      }),
      { numRuns: 300 },
    );
  });

  it('is read in time that grows with its length, also when it is one endless line', () => {
    const long = `error ${'CUDA error: '.repeat(50_000)}`;
    expect(findCause(long).cause).toBeNull();
  });
});
