import { z } from 'zod';
import { count } from '../format.ts';

/** Why a file or folder that a search found is not an input of the run. */
const leftOutReasonSchema = z.enum([
  'invalid',
  'unreadable',
  'not-utf8',
  'not-matched',
  'same-file',
  'not-a-file',
  'hidden',
]);
export type LeftOutReason = z.infer<typeof leftOutReasonSchema>;

const leftOutFileSchema = z.object({
  /** Absolute; bytes that are not UTF-8 are written as `\xff`. */
  file: z.string(),
  /** What is wrong with this file, in words; null where the reason says everything. */
  why: z.string().nullable(),
});

/** What was left out for one reason: the total number, and the first files by path. */
export const leftOutSchema = z.object({
  reason: leftOutReasonSchema,
  count: z.number().int().positive(),
  files: z.array(leftOutFileSchema),
});
export type LeftOut = z.infer<typeof leftOutSchema>;

/** The number of names in texts for people; metadata.json and JSON answers have more. */
const LEFT_OUT_SHOWN = 10;

/** In the order of display: what was most likely a mistake comes first. */
export const LEFT_OUT_REASONS: readonly LeftOutReason[] = leftOutReasonSchema.options;

const WORDS: Record<LeftOutReason, { one: string; many: string }> = {
  invalid: { one: 'file is damaged or not what its name says', many: 'files are damaged or not what their names say' },
  unreadable: { one: 'file or folder cannot be read', many: 'files or folders cannot be read' },
  'not-utf8': { one: 'name is not valid UTF-8', many: 'names are not valid UTF-8' },
  'not-matched': {
    one: 'file matches none of the pipeline’s patterns',
    many: 'files match none of the pipeline’s patterns',
  },
  'same-file': {
    one: 'file or folder is there twice, through a link',
    many: 'files or folders are there twice, through links',
  },
  'not-a-file': { one: 'is a pipe, a socket or a device', many: 'are pipes, sockets or devices' },
  hidden: { one: 'file or folder is hidden', many: 'files or folders are hidden' },
};

/** `3 files match none of the pipeline’s patterns` */
export function leftOutHeadline({ reason, count: met }: LeftOut): string {
  return `${count(met)} ${met === 1 ? WORDS[reason].one : WORDS[reason].many}`;
}

/** The first ones by name, each with what is wrong with it, and how many more there are. */
export function leftOutNames({ count: met, files }: LeftOut, shown = LEFT_OUT_SHOWN): string[] {
  const named = files.slice(0, shown).map(({ file, why }) => (why === null ? file : `${file} (${why})`));
  const more = met - named.length;
  return more > 0 ? [...named, `and ${count(more)} more`] : named;
}

/** Whether a person should check it: hidden files are skipped on purpose. */
export function isNoteworthy({ reason }: LeftOut): boolean {
  return reason !== 'hidden';
}
