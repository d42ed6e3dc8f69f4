import { buildIfChanged } from '../helpers/build-if-changed.ts';

/** Before the first test: those that run the built command are given one that was made from the present sources. */
export function setup(): void {
  buildIfChanged();
}
