import { describe, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import type { Answer } from '../../../../shared/contract/answer.ts';
import type { InputsOf } from '../../../../shared/contract/inputs.ts';

interface Part {
  refusing(input: string): Promise<Answer<number>>;
  silent(input: string): Promise<Answer<void>>;
  plain(input: string): Promise<number>;
  sometimes(input: string): Promise<Answer<number> | null>;
}

describe('the schemas of a part of the contract', () => {
  it('are there only for methods that answer with a result', () => {
    expectTypeOf<InputsOf<Part>['refusing']>().toEqualTypeOf<z.ZodType<string>>();
    expectTypeOf<InputsOf<Part>['silent']>().toEqualTypeOf<z.ZodType<string>>();
    expectTypeOf<InputsOf<Part>['plain']>().toBeNever();
    expectTypeOf<InputsOf<Part>['sometimes']>().toBeNever();
  });
});
