import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/**
 * Makes a temporary folder with these files (path below it → content) and removes it when the test has ended.
 * A path that ends in a slash becomes an empty folder; a content that begins with `#!` makes an executable file.
 */
export async function makeFileTree(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'drover-test-')));
  onTestFinished(async () => await rm(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    const file = join(root, path);
    await mkdir(path.endsWith('/') ? file : dirname(file), { recursive: true });
    if (!path.endsWith('/')) await writeFile(file, content, { mode: content.startsWith('#!') ? 0o755 : 0o644 });
  }
  return root;
}
