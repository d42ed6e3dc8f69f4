import { z } from 'zod';
import { RUN_ID_PATTERN } from '../ids.ts';

/** The input schemas of a part of the contract, one for each method; the server checks its input with them. */
export type InputsOf<Part> = {
  readonly [Name in keyof Part]: Part[Name] extends (input: infer Input) => unknown ? z.ZodType<Input> : never;
};

/** The input of a method without arguments. */
export const nothing = z.strictObject({});

/** The identifier of a run, checked before it is used in a path. */
export const runId = z.string().regex(RUN_ID_PATTERN);

/** The input of a method about one run. */
export const run = z.object({ run: runId });
