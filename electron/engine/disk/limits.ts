export const NEAR_LOOK_MS = 250;
