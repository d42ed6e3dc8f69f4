import { AFTERMATH } from './aftermath.ts';
import { DATA_SIGNATURES } from './data-signatures.ts';
import { DEVICE_SIGNATURES } from './device-signatures.ts';
import { MEMORY_SIGNATURES } from './memory-signatures.ts';
import { PROGRAM_SIGNATURES } from './program-signatures.ts';
import type { Aftermath, Signature } from './signature.ts';

/**
 * Messages of PyTorch, CUDA, ROCm, Intel, JAX, vLLM, Python, Node and the C library, as programs print them. The first pattern that matches a line
 * counts, so the special ones come before the general ones.
 */
export const SIGNATURES: readonly Signature[] = [
  ...MEMORY_SIGNATURES,
  ...DEVICE_SIGNATURES,
  ...DATA_SIGNATURES.filter(isSpecial),
  ...PROGRAM_SIGNATURES,
  ...DATA_SIGNATURES.filter((signature) => !isSpecial(signature)),
];

/** A line without one of these cannot match. So most lines of a long log are not compared with the whole table. */
const CANDIDATE =
  /err|fail|fault|fatal|memory|exception|assert|abort|terminate|broken pipe|watchdog|nccl|not |n't |no |unable|invalid|lost|busy|too |reset|resource|requires|supports|system|memory|library|signal|exhausted|longer|exceed|limit|space|denied|permitted|quota|option|malformed|truncated|unexpected|core dumped|bus|symbol|interpreter|what\(\)|GatedRepo|Offline|ENO|larger|insufficient|mismatch|unsupported|BadZip|LocalEntry|launch|trust_remote_code|custom code|requires you|residues per pass|is of the type|has to end in|segmentation|root cause|closing|wholly/i;

/** Only the first part of longer lines is matched: the relevant text is at the beginning of a message. */
const MATCHED_CHARACTERS = 4_000;

/** What a line shows about a failure: a cause, a consequence of one, or nothing. */
export type LineSign =
  | { readonly kind: 'cause'; readonly signature: Signature }
  | { readonly kind: 'aftermath'; readonly aftermath: Aftermath };

/** Classifies one line. */
export function signOfLine(line: string): LineSign | null {
  const text = line.length > MATCHED_CHARACTERS ? line.slice(0, MATCHED_CHARACTERS) : line;
  if (!CANDIDATE.test(text)) return null;
  const peer = AFTERMATH.find(({ reason, pattern }) => reason !== null && pattern.test(text));
  if (peer !== undefined) return { kind: 'aftermath', aftermath: peer };
  const signature = SIGNATURES.find(({ pattern }) => pattern.test(text));
  if (signature !== undefined) return { kind: 'cause', signature };
  const aftermath = AFTERMATH.find(({ pattern }) => pattern.test(text));
  return aftermath === undefined ? null : { kind: 'aftermath', aftermath };
}

/** Returns whether a signature is matched before that of a missing file: many more specific lines end with the same words. */
function isSpecial({ reason }: Signature): boolean {
  return reason !== 'file-missing';
}
