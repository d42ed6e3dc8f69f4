// Runs an app's built main program in plain Node, with the module 'electron' replaced by electron.mjs.
import inspector from 'node:inspector';
import module, { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { launch } from './launch-arguments.mjs';

const standin = new URL('./electron.mjs', import.meta.url).href;

module.registerHooks({
  resolve: (name, context, next) =>
    name === 'electron' || name === 'electron/main'
      ? { url: standin, format: 'module', shortCircuit: true }
      : next(name, context),
});
process.type = 'browser';
process.argv = [process.argv[0], ...launch.preloaded.flatMap((file) => ['-r', file]), ...launch.rest];

const { startApp } = await import(standin);
// Only now: whoever attaches asks for 'electron' at once, and has to get this one, whole.
if (launch.inspectPort !== null) inspector.open(launch.inspectPort, '127.0.0.1');
// What Playwright wants to have loaded first.
for (const file of launch.preloaded) createRequire(import.meta.url)(file);
await import(pathToFileURL(launch.main).href);
// As in Electron: the app is ready only after its main module has been evaluated.
startApp();
