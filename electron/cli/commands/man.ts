import type { Command } from 'commander';
import { droverVersion } from '../../engine/files/resources-folder.ts';
import { describeProgram } from '../guide/describe-program.ts';
import { manPage } from '../guide/man-page.ts';

const EXAMPLES = `
Examples:
  drover man > ~/.local/share/man/man1/drover.1
  drover man | man -l -

The folder must exist (mkdir -p); then "man drover" shows the page. The Debian package installs it.`;

/** `drover man`: the manual page, made from the same definitions as the help. */
export function registerManCommand(program: Command): void {
  program
    .command('man')
    .summary('print the manual page')
    .description('Prints the manual page drover(1), in the form that the program "man" reads.')
    .addHelpText('after', EXAMPLES)
    .action(() => {
      program.configureOutput().writeOut?.(manPage(describeProgram(program), droverVersion()));
    });
}
