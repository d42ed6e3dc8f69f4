import { z } from 'zod';

/** A request of another process to the owner of a run, a file in its control folder. */
export const controlRequestSchema = z.object({
  request: z.literal('stop'),
  force: z.boolean(),
  by: z.string().max(200),
});
export type ControlRequest = z.infer<typeof controlRequestSchema>;

/** The owner's answer, beside the request. */
export const controlAnswerSchema = z.object({ accepted: z.boolean(), message: z.string() });
export type ControlAnswer = z.infer<typeof controlAnswerSchema>;
