// Counts in a file as costing does, on one thread, and prints the number.
// usage: count.mjs FILE ESTIMATOR
import { FileCounter } from '../../../electron/engine/cost/count-file.ts';

const [, , file, estimator] = process.argv;
process.stdout.write(`${await new FileCounter().count(file, estimator)}\n`);
