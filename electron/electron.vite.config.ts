import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const root = join(import.meta.dirname, '..');

/** Every `*-thread.ts` of the engine is an entry of its own: a worker thread is loaded by file name. */
const engine = join(root, 'electron/engine');
const threads = Object.fromEntries(
  readdirSync(engine, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('-thread.ts'))
    .map((path) => [basename(path, '.ts'), join(engine, path)]),
);

export default defineConfig({
  main: {
    root,
    build: {
      outDir: join(root, 'out/main'),
      rolldownOptions: {
        input: {
          main: join(root, 'electron/main/main.ts'),
          cli: join(root, 'electron/cli/cli.ts'),
          'query-process': join(root, 'electron/engine/query/query-process.ts'),
          ...threads,
        },
        // Chunks stand beside the entries, so that a thread's file is found next to whichever chunk asks for it.
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    root,
    build: {
      outDir: join(root, 'out/preload'),
      // A preload in a sandbox is one file, no ES module, and can require nothing but Electron.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: join(root, 'electron/preload/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    root: join(root, 'renderer'),
    plugins: [react()],
    build: {
      outDir: join(root, 'out/renderer'),
      minify: true,
      rolldownOptions: { input: join(root, 'renderer/index.html') },
    },
  },
});
