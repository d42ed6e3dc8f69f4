import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { ENGINE_PORT_MESSAGE, SHELL_COMMAND_MESSAGE, type Shell } from '../../shared/contract/shell.ts';
import { SHELL_CHANNELS } from '../main/shell-channels.ts';

const shell: Shell = {
  platform: process.platform,
  connect() {
    const { port1, port2 } = new MessageChannel();
    ipcRenderer.postMessage(SHELL_CHANNELS.connect, null, [port1]);
    // Ports cannot cross the bridge, so the page gets its end in a message to its own window.
    window.postMessage(ENGINE_PORT_MESSAGE, location.origin, [port2]);
  },
  takeCommands: () => ipcRenderer.send(SHELL_CHANNELS.takeCommands),
  chooseFiles: () => ipcRenderer.invoke(SHELL_CHANNELS.chooseFiles) as Promise<string[]>,
  chooseFolder: () => ipcRenderer.invoke(SHELL_CHANNELS.chooseFolder) as Promise<string | null>,
  pathOf: (file) => webUtils.getPathForFile(file as File),
  openPath: (path) => ipcRenderer.invoke(SHELL_CHANNELS.openPath, path) as Promise<string>,
  showInFolder: (path) => ipcRenderer.invoke(SHELL_CHANNELS.showInFolder, path) as Promise<void>,
};

ipcRenderer.on(SHELL_CHANNELS.command, (_event, command: unknown) => {
  window.postMessage({ type: SHELL_COMMAND_MESSAGE, command }, location.origin);
});
contextBridge.exposeInMainWorld('drover', shell);
