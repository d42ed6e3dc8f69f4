import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Returns the folder of bundled pipelines, workers and samples: beside the app's archive when packaged, else in the checkout.
 * @throws when it is nowhere, which means a broken installation
 */
export function resourcesFolder(): string {
  const packaged = (process as { resourcesPath?: string }).resourcesPath;
  if (packaged !== undefined && existsSync(join(packaged, 'pipelines'))) return packaged;
  return join(projectFolder(), 'resources');
}

/** Returns the folder of the built pages: the window's, in Electron as in a browser. It may not exist in a checkout that is not built. */
export function pagesFolder(): string {
  return join(projectFolder(), 'out', 'renderer');
}

/** Returns the version of Drover, from its package file. */
export function droverVersion(): string {
  const text = readFileSync(join(projectFolder(), 'package.json'), 'utf8');
  const version = (JSON.parse(text) as { version?: unknown }).version;
  return typeof version === 'string' ? version : 'unknown';
}

/** Finds the folder with package.json by going upwards: sources and bundle are at different depths. */
function projectFolder(): string {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder))
    if (existsSync(join(folder, 'package.json'))) return folder;
  throw new Error(`No package.json above ${import.meta.dirname}: the installation is broken, install Drover again`);
}
