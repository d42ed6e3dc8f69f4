import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../node_modules/electron');

/**
 * The real Electron binary, where it is installed; null else. The package itself is never imported: it would look for its binary on the
 * network.
 */
export function findElectron(env: NodeJS.ProcessEnv = process.env): string | null {
  const named = env['ELECTRON_EXEC_PATH'];
  if (named !== undefined && named !== '') return existsSync(named) ? named : null;
  const pathFile = join(FOLDER, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const binary = join(FOLDER, 'dist', readFileSync(pathFile, 'utf8').trim());
  return existsSync(binary) ? binary : null;
}
