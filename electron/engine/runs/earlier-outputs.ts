import { readJournal } from '../journal/read-journal.ts';
import { readMetadata } from '../records/metadata.ts';
import { journalFile } from './run-directory.ts';
import { listRunPlaces } from './run-places.ts';

/** The outputs that earlier runs made in a folder which a person chose: these may be replaced, nothing else there. */
export function outputsOfEarlierRuns(runs: string, folder: string): Set<string> {
  const made = new Set<string>();
  for (const { directory } of listRunPlaces(runs)) {
    const metadata = readMetadata(directory);
    if (!metadata.ok || metadata.value.output_dir !== folder) continue;
    for (const output of outputsOf(directory)) made.add(output);
  }
  return made;
}

function outputsOf(directory: string): string[] {
  try {
    const { state } = readJournal(journalFile(directory));
    return state.steps.flatMap((step) =>
      step.items
        .values()
        .flatMap((item) => item.outputs)
        .toArray(),
    );
  } catch {
    // A damaged run has made nothing that is known.
    return [];
  }
}
