/** Sends a signal; false when the target is gone or belongs to somebody else, which for us is the same. */
export function trySignal(target: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(target, signal);
    return true;
  } catch {
    return false;
  }
}
