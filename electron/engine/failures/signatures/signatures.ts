import { AFTERMATH } from './aftermath.ts';
import { DATA_SIGNATURES } from './data-signatures.ts';
import { DEVICE_SIGNATURES } from './device-signatures.ts';
import { MEMORY_SIGNATURES } from './memory-signatures.ts';
import { PROGRAM_SIGNATURES } from './program-signatures.ts';
import type { Aftermath, Signature } from './signature.ts';

/**
 * Wordings of PyTorch, CUDA, ROCm, Intel, JAX, vLLM, Python, Node and the C library, as programs print them. The first that fits a line
 * counts, so the special ones stand before the general ones.
 */
export const SIGNATURES: readonly Signature[] = [
  ...MEMORY_SIGNATURES,
  ...DEVICE_SIGNATURES,
  ...DATA_SIGNATURES.filter(isSpecial),
  ...PROGRAM_SIGNATURES,
  ...DATA_SIGNATURES.filter((signature) => !isSpecial(signature)),
];

/** No line without one of these can fit: it spares most lines of a long log the whole table. */
const WORTH_A_LOOK =
  /err|fail|fault|fatal|memory|exception|assert|abort|terminate|broken pipe|watchdog|nccl|not |n't |no |unable|invalid|lost|busy|too |reset|resource|requires|supports|system|memory|library|signal|exhausted|longer|exceed|limit|space|denied|permitted|quota|option|malformed|truncated|unexpected|core dumped|bus|symbol|interpreter|what\(\)|GatedRepo|Offline|ENO|larger|insufficient|mismatch|unsupported|BadZip|LocalEntry|launch|trust_remote_code|custom code|requires you|residues per pass|is of the type|has to end in|segmentation|root cause|closing|wholly/i;

/** Longer lines are looked at in their first part: a wording stands at the beginning of a message. */
const LOOK_CHARACTERS = 4_000;

/** What a line says about a failure: that it is a cause, that it follows from one, or nothing. */
export type LineSign =
  | { readonly kind: 'cause'; readonly signature: Signature }
  | { readonly kind: 'aftermath'; readonly aftermath: Aftermath };

/** Reads one line. */
export function signOfLine(line: string): LineSign | null {
  const text = line.length > LOOK_CHARACTERS ? line.slice(0, LOOK_CHARACTERS) : line;
  if (!WORTH_A_LOOK.test(text)) return null;
  const peer = AFTERMATH.find(({ reason, pattern }) => reason !== null && pattern.test(text));
  if (peer !== undefined) return { kind: 'aftermath', aftermath: peer };
  const signature = SIGNATURES.find(({ pattern }) => pattern.test(text));
  if (signature !== undefined) return { kind: 'cause', signature };
  const aftermath = AFTERMATH.find(({ pattern }) => pattern.test(text));
  return aftermath === undefined ? null : { kind: 'aftermath', aftermath };
}

/** A missing file is said last: many more telling lines end with the same words. */
function isSpecial({ reason }: Signature): boolean {
  return reason !== 'file-missing';
}
