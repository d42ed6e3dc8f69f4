import { z } from 'zod';

/** A request to the owner of a run from another process, as a file in the control folder of the run. */
export const controlRequestSchema = z.discriminatedUnion('request', [
  z.object({ request: z.literal('stop'), force: z.boolean(), by: z.string().max(200) }),
  /** To a run that waits for devices: its new place in the queue. */
  z.object({ request: z.literal('move'), position: z.number().nonnegative(), by: z.string().max(200) }),
]);
export type ControlRequest = z.infer<typeof controlRequestSchema>;

/** The answer of the owner, in a file beside the request. */
export const controlAnswerSchema = z.object({ accepted: z.boolean(), message: z.string() });
export type ControlAnswer = z.infer<typeof controlAnswerSchema>;
