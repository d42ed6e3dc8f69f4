import { BrowserWindow, ipcMain, type WebContents } from 'electron';
import type { ShellCommand } from '../../shared/contract/shell.ts';
import { isTrustedSender } from './ipc-host.ts';
import { SHELL_CHANNELS } from './shell-channels.ts';

/** Sends commands of menu, tray and notifications to the page; commands wait until the page listens. */
export class PageCommands {
  private readonly waiting: ShellCommand[] = [];
  private readonly listening = new WeakSet<WebContents>();

  /** @param origin the origin of the window's own pages; no other page gets commands */
  constructor(origin: string) {
    ipcMain.on(SHELL_CHANNELS.takeCommands, (event) => {
      if (!isTrustedSender(event, origin)) return;
      this.listening.add(event.sender);
      for (const command of this.waiting.splice(0)) event.sender.send(SHELL_CHANNELS.command, command);
    });
  }

  /** Marks a page that is being reloaded as not listening, until it reports that it listens. */
  watch(contents: WebContents): void {
    contents.on('did-start-navigation', ({ isSameDocument, isMainFrame }) => {
      if (isMainFrame && !isSameDocument) this.listening.delete(contents);
    });
  }

  send(command: ShellCommand): void {
    const [window] = BrowserWindow.getAllWindows();
    if (window !== undefined && this.listening.has(window.webContents))
      window.webContents.send(SHELL_CHANNELS.command, command);
    else this.waiting.push(command);
  }
}
