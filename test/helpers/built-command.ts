import { join } from 'node:path';

/** The built `drover` command, as people run it; from the sources each start would take three times as long. */
export const BUILT_CLI = join(import.meta.dirname, '../../out/main/cli.js');

/** The program and first words of a headless engine: what `--detach` starts. */
export const HEADLESS: [string, ...string[]] = [process.execPath, BUILT_CLI];
