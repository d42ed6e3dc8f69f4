interface Click {
  /** The runs as they are shown. */
  runs: readonly { directory: string }[];
  chosen: ReadonlySet<string>;
  /** The run whose box was clicked, and whether it is ticked now. */
  directory: string;
  ticked: boolean;
  /** Where a range begins that was asked for with Shift; null for this one run. */
  from: string | null;
}

/** What is chosen after a click on a run's box. */
export function chosenAfterClick({ runs, chosen, directory, ticked, from }: Click): Set<string> {
  const after = new Set(chosen);
  const change = (one: string): unknown => (ticked ? after.add(one) : after.delete(one));
  const here = runs.findIndex((run) => run.directory === directory);
  const there = from === null ? -1 : runs.findIndex((run) => run.directory === from);
  if (there < 0) change(directory);
  else for (const run of runs.slice(Math.min(here, there), Math.max(here, there) + 1)) change(run.directory);
  return after;
}
