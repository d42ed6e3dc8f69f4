import { z } from 'zod';

/**
 * One line that a worker appends to its report file. The smallest is
 * `{"gpu_id": 0, "file": "a.fa", "status": "complete"}`; `gpu_id` is recorded and never used to decide which worker wrote the report.
 */
export const reportSchema = z.object({
  file: z.string().min(1),
  status: z.enum(['started', 'progress', 'complete', 'failed']),
  gpu_id: z.union([z.number(), z.string()]).nullish(),
  done: z.number().nonnegative().nullish(),
  total: z.number().nonnegative().nullish(),
  outputs: z.array(z.string()).nullish(),
  error: z.string().nullish(),
  /** When it was written, by the worker's clock: seconds since 1970, or ISO time. */
  time: z.union([z.number(), z.string()]).nullish(),
  /** The time that the item took, by the worker's own clock; in a final report. */
  seconds: z.number().nonnegative().nullish(),
  metrics: z.record(z.string(), z.unknown()).nullish(),
});
export type Report = z.infer<typeof reportSchema>;

/** Parses one line of a report file; null when it is not a report. */
export function parseReport(line: string): Report | null {
  try {
    const parsed = reportSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
