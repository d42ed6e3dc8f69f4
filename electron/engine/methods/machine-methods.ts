import { hostname } from 'node:os';
import { join, parse } from 'node:path';
import type { Methods } from '../../../shared/contract/methods.ts';
import { homeFolder, workingFolderOrHome } from '../files/data-home.ts';
import { droverVersion } from '../files/resources-folder.ts';
import { listFolder } from '../inputs/list-folder.ts';
import type { EngineCore } from './engine-core.ts';

type MachineMethods = Pick<Methods, 'about' | 'listFolder'>;

/** Methods about the machine that the engine runs on: what this installation is, and its folders. */
export function machineMethods(core: EngineCore): MachineMethods {
  return {
    about: async () => ({
      version: droverVersion(),
      home: core.options.home,
      platform: process.platform,
      hostname: hostname(),
      workingDirectory: startFolder(),
      samples: join(core.resources, 'samples'),
    }),
    listFolder: ({ path }) => listFolder(path ?? startFolder(), startFolder()),
  };
}

/** Where relative paths and the file browser begin. A program that was started from a desktop is in the root folder, which helps nobody. */
function startFolder(): string {
  const current = workingFolderOrHome();
  return current === parse(current).root ? homeFolder() : current;
}
