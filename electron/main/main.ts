import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { isatty } from 'node:tty';
import { app, dialog } from 'electron';
import { messageOf } from '../../shared/message-of.ts';
import type { Engine } from '../engine/api/engine-api.ts';
import { keepRetention } from '../engine/api/retention.ts';
import { createEngine } from '../engine/engine.ts';
import { dataHome, type Environment, workingFolderOrHome } from '../engine/files/data-home.ts';
import { pagesFolder } from '../engine/files/resources-folder.ts';
import { askLoginShell, type EnvironmentOrigin, isFromDesktop } from '../engine/settings/login-environment.ts';
import { APP_ORIGIN, registerAppScheme, serveApp } from './app-protocol.ts';
import { Desktop } from './desktop.ts';
import { fileArguments } from './file-arguments.ts';
import { hostEngine } from './ipc-host.ts';
import { hostNativeDialogs } from './native-dialogs.ts';
import { guardPermissions, originOf } from './navigation-guard.ts';

const home = dataHome(process.env);
// The lock is in this folder, so it must be set first: two data directories are two apps.
app.setPath('userData', join(home, 'electron'));
if (app.requestSingleInstanceLock()) start();
else app.quit();

function start(): void {
  registerAppScheme();
  app.on('web-contents-created', (_event, contents) => contents.on('will-attach-webview', (e) => e.preventDefault()));
  const environment = startEnvironment(process.env);
  // Not awaited: 'ready' comes only after this module has been evaluated.
  void app.whenReady().then(async () => open(await environment));
}

function open({ env, origin }: Awaited<ReturnType<typeof startEnvironment>>): void {
  const engine = makeEngine(env, origin);
  if (engine === null) return app.exit(1);
  const address = pageAddress();
  if (address.origin === APP_ORIGIN) serveApp(realpathSync(pagesFolder()));
  guardPermissions(address.origin);
  hostNativeDialogs(address.origin);
  const endConnections = hostEngine(engine, address.origin);
  const endRetention = keepRetention(engine, (sentence) => process.stderr.write(`drover: ${sentence}\n`));
  const desktop = new Desktop({
    engine,
    home,
    window: { ...address, stateFile: join(app.getPath('userData'), 'window.json') },
    end() {
      endRetention();
      endConnections();
    },
  });
  desktop.show();
  const appPath = app.isPackaged ? null : app.getAppPath();
  desktop.openFiles(fileArguments(process.argv, workingFolderOrHome(), appPath));
  app.on('second-instance', (_event, words, directory) => {
    desktop.show();
    desktop.openFiles(fileArguments(words, directory, appPath));
  });
  app.on('activate', () => desktop.show());
  app.on('open-file', (event, path) => {
    event.preventDefault();
    desktop.openFiles([path]);
  });
  // Without a window nothing can be asked or shown, so the app quits; on a Mac it stays in the dock.
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
}

/** Creates the engine; returns null, after an error message, when the data directory cannot be used. */
function makeEngine(
  env: Awaited<ReturnType<typeof startEnvironment>>['env'],
  environment: Awaited<ReturnType<typeof startEnvironment>>['origin'],
): Engine | null {
  try {
    return createEngine({
      home,
      // Everything that the engine starts with this program must run as Node.
      env: { ...env, ELECTRON_RUN_AS_NODE: '1' },
      headless: [process.execPath, join(import.meta.dirname, 'cli.js')],
      commandLine: null,
      environment,
    });
  } catch (error) {
    dialog.showErrorBox(
      'The data directory cannot be used',
      `${home}: ${messageOf(error)}\n\nSet DROVER_HOME to a folder that you can write to.`,
    );
    return null;
  }
}

/** Returns the address of the pages. During development they come from a server that reloads them when they change. */
function pageAddress(): { page: string; origin: string } {
  const development = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL'];
  const origin = development === undefined ? null : originOf(development);
  if (development === undefined || origin === null) return { page: `${APP_ORIGIN}/index.html`, origin: APP_ORIGIN };
  return { page: development, origin };
}

/** Returns the environment of the engine: that of the process, with the login shell's where a desktop has started the app. */
async function startEnvironment(
  own: Environment,
): Promise<{ env: Environment; origin: EnvironmentOrigin | undefined }> {
  const isTerminal = [0, 1, 2].some((stream) => isatty(stream));
  if (!isFromDesktop(own, isTerminal, process.platform)) return { env: own, origin: undefined };
  return askLoginShell(own);
}
