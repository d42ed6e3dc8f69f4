import { z } from 'zod';
import { RUN_ID_PATTERN } from '../ids.ts';
import type { Answer } from './answer.ts';

/**
 * Input schemas of a part of the contract: one for each of its methods, used by the front door to check inputs. A method that does not answer
 * with a `Result` has no schema here, so it does not compile: the front door could not answer what is wrong with its input.
 */
export type InputsOf<Part> = {
  readonly [Name in keyof Part]: Part[Name] extends (input: infer Input) => Promise<Answer<unknown>>
    ? z.ZodType<Input>
    : never;
};

/** The input of a method without arguments. */
export const nothing = z.strictObject({});

/** The identifier of a run, checked before it is used in a path. */
export const runId = z.string().regex(RUN_ID_PATTERN);

/** The input of a method about one run. */
export const run = z.object({ run: runId });
