import { FOLLOW_LIMITS, type FollowLimits } from './limits.ts';

/** The state of a pane that follows its log. */
export interface FollowState {
  /** Offset of the next byte to read. */
  next: number;
  /** The known size of the log. */
  size: number;
  /** Bytes passed to the terminal that it has not drawn. */
  inFlight: number;
}

/** What a pane does next. */
export type ReadPlan =
  | { kind: 'idle' }
  /** Wait until the terminal has drawn. */
  | { kind: 'wait' }
  | { kind: 'read'; offset: number; length: number }
  /** Skip what nobody could read and continue at `to`. */
  | { kind: 'skip'; to: number };

/** Decides what a following pane does next, so that neither the terminal nor the pane's distance from the end grows without bound. */
export function planRead({ next, size, inFlight }: FollowState, limits: FollowLimits = FOLLOW_LIMITS): ReadPlan {
  const { rangeBytes, inFlightBytes, skipBytes } = limits;
  const behind = size - next;
  if (behind <= 0) return { kind: 'idle' };
  if (inFlight >= inFlightBytes) return { kind: 'wait' };
  if (behind > skipBytes) return { kind: 'skip', to: size - rangeBytes };
  return { kind: 'read', offset: next, length: Math.min(behind, rangeBytes, inFlightBytes - inFlight) };
}
