import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { defineConfig } from 'electron-vite';

const root = join(import.meta.dirname, '..');

/** Every `*-thread.ts` in engine/threads is an entry of its own: a worker thread is loaded by file name. */
const threads = Object.fromEntries(
  readdirSync(join(root, 'electron/engine/threads'))
    .filter((name) => name.endsWith('-thread.ts'))
    .map((name) => [basename(name, '.ts'), join(root, 'electron/engine/threads', name)]),
);

export default defineConfig({
  main: {
    root,
    build: {
      outDir: join(root, 'out/main'),
      rolldownOptions: {
        input: { cli: join(root, 'electron/cli/cli.ts'), ...threads },
        // Chunks stand beside the entries, so that a thread's file is found next to whichever chunk asks for it.
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
});
