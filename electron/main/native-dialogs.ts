import { isAbsolute } from 'node:path';
import { BrowserWindow, dialog, type IpcMainInvokeEvent, ipcMain, type OpenDialogOptions, shell } from 'electron';
import { isTrustedSender } from './ipc-host.ts';
import { SHELL_CHANNELS } from './shell-channels.ts';

/**
 * Answers the page's requests to the desktop: the system's dialogs for files and folders, and showing a file.
 * @param origin the origin of the window's own pages; others are refused
 */
export function hostNativeDialogs(origin: string): void {
  const answer = (channel: string, act: (event: IpcMainInvokeEvent, value: unknown) => Promise<unknown>): void => {
    ipcMain.handle(channel, async (event, value: unknown) => {
      if (!isTrustedSender(event, origin)) throw new Error('This page is not allowed to request that.');
      return act(event, value);
    });
  };
  answer(SHELL_CHANNELS.chooseFiles, (event) => choose(event, ['openFile', 'multiSelections']));
  answer(SHELL_CHANNELS.chooseFolder, async (event) => (await choose(event, ['openDirectory']))[0] ?? null);
  answer(SHELL_CHANNELS.openPath, async (_event, path) => shell.openPath(checkedPath(path)));
  answer(SHELL_CHANNELS.showInFolder, async (_event, path) => shell.showItemInFolder(checkedPath(path)));
}

async function choose(
  event: IpcMainInvokeEvent,
  properties: NonNullable<OpenDialogOptions['properties']>,
): Promise<string[]> {
  const window = BrowserWindow.fromWebContents(event.sender);
  if (window === null) return [];
  const { canceled, filePaths } = await dialog.showOpenDialog(window, { properties });
  return canceled ? [] : filePaths;
}

function checkedPath(path: unknown): string {
  if (typeof path !== 'string' || !isAbsolute(path)) throw new Error('Give an absolute path.');
  return path;
}
