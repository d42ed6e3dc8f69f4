/** Time for everything that a command has started to end after the command (milliseconds); mostly it ends at once. */
const END_MS = 5_000;

/**
 * Ends this process even when something that a command has started keeps it alive: a background engine that stayed would be an orphan. A
 * process that nothing keeps alive ends earlier.
 * @param report gets a sentence with what keeps it alive
 */
export function endAnyway(report: (sentence: string) => void, afterMs: number = END_MS): void {
  const end = (): void => {
    report(`This process had nothing left to do and was kept alive by ${process.getActiveResourcesInfo().join(', ')}.`);
    process.exit();
  };
  setTimeout(end, afterMs).unref();
}
