/** Milliseconds of local improvement: a person waits for the plan, and longest-first is nearly right to begin with. */
export const IMPROVEMENT_BUDGET_MS = 100;

/** Largest load above the lower bound at which improvement ends, as a share: costs are estimates, less is noise. */
export const GOOD_ENOUGH = 1e-4;

/** Gains below this share of a load are rounding errors of additions, and could go on for ever. */
export const SMALLEST_GAIN = 1e-12;

/** How much the latest run says about a device's speed, against all before it: some runs to forget a busy machine. */
export const LATEST_RUN_WEIGHT = 0.3;

/** Seconds of work below which a run teaches nothing: its start outweighs its speed. */
export const MIN_LEARNED_SECONDS = 1;
