// Writes the command-line files of installed packages: the manual page and the completions of three shells, as the built `drover`
// command prints them. Part of `npm run package`.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const target = join(root, 'out', 'guides');

/** @type {Record<string, string[]>} */
const GUIDES = {
  'drover.1': ['man'],
  'drover.bash': ['completion', 'bash'],
  _drover: ['completion', 'zsh'],
  'drover.fish': ['completion', 'fish'],
};

for (const folder of [dirname(target), target]) if (!existsSync(folder)) mkdirSync(folder);
for (const [name, words] of Object.entries(GUIDES))
  writeFileSync(join(target, name), execFileSync(process.execPath, [join(root, 'out/main/cli.js'), ...words]));
