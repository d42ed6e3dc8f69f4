/** How long what a command has started may take to be gone once the command is over (milliseconds); it mostly is gone at once. */
const END_MS = 5_000;

/**
 * Ends this process also when something that a command has started is not gone: a background engine that stayed would be an orphan. A process
 * that nothing holds ends before.
 * @param say is told what holds it
 */
export function endAnyway(say: (sentence: string) => void, afterMs: number = END_MS): void {
  const end = (): void => {
    say(`This process had nothing left to do and was held by ${process.getActiveResourcesInfo().join(', ')}.`);
    process.exit();
  };
  setTimeout(end, afterMs).unref();
}
