import type { ElectronApplication } from '@playwright/test';

/** What the app shows outside its window. */
interface DesktopSigns {
  tray: { toolTip: string; labels: string[] } | null;
  notifications: { title: string; body: string }[];
  sleepBlocks: number;
  /** Share of the bar on the task bar; -1 for none. */
  progress: number | null;
  badge: number;
  isVisible: boolean;
  isMinimized: boolean;
}

interface StandInWindow {
  standinProgress: number | null;
  isVisible(): boolean;
  isMinimized(): boolean;
  webContents: { emit(name: string, event: object): void };
}

interface StandInItem {
  label?: string;
  click?: () => void;
  submenu?: { items: StandInItem[] };
}

interface Sender {
  /** The address of the page that asks. */
  url: string;
  isFrame: boolean;
}

type Handler = (...values: unknown[]) => unknown;

/** The module 'electron' of the stand-in with what it keeps for tests; see test/electron-standin/desktop.mjs. */
interface StandIn {
  app: { badgeCount: number };
  BrowserWindow: { getAllWindows(): StandInWindow[] };
  ipcMain: { answer(channel: string, event: object, values: unknown[]): Promise<unknown> };
  Menu: { getApplicationMenu(): { items: StandInItem[] } };
  Notification: { standin: { title: string; body: string; emit(name: string): void }[] };
  powerSaveBlocker: { standin: number };
  session: { defaultSession: { standin: { request: Handler; check: Handler } } };
  Tray: { standin: Set<{ toolTip: string; menu: { items: StandInItem[] } }> };
}

/** Everything that the app shows outside its window now. */
export function desktopSigns(electron: ElectronApplication): Promise<DesktopSigns> {
  return electron.evaluate((module) => {
    const { app, BrowserWindow, Notification, powerSaveBlocker, Tray } = module as unknown as StandIn;
    const [window] = BrowserWindow.getAllWindows();
    const [tray] = Tray.standin;
    return {
      tray:
        tray === undefined
          ? null
          : {
              toolTip: tray.toolTip,
              labels: tray.menu.items.map(({ label }) => label ?? '').filter((text) => text !== ''),
            },
      notifications: Notification.standin.map(({ title, body }) => ({ title, body })),
      sleepBlocks: powerSaveBlocker.standin,
      progress: window?.standinProgress ?? null,
      badge: app.badgeCount,
      isVisible: window?.isVisible() ?? false,
      isMinimized: window?.isMinimized() ?? false,
    };
  });
}

/** Presses an entry of the app's menu. */
export function pressMenu(electron: ElectronApplication, label: string): Promise<void> {
  return electron.evaluate((module, wanted) => {
    const { Menu } = module as unknown as StandIn;
    const all = Menu.getApplicationMenu().items.flatMap(({ submenu }) => submenu?.items ?? []);
    const item = all.find((one) => one.label === wanted);
    if (item?.click === undefined) throw new Error(`There is no entry ${wanted} in the menu`);
    item.click();
  }, label);
}

/** Clicks the newest notification. */
export function clickNotification(electron: ElectronApplication): Promise<void> {
  return electron.evaluate((module) => {
    (module as unknown as StandIn).Notification.standin.at(-1)?.emit('click');
  });
}

/** Emits an event of the window's page that the app may prevent. */
export function emit(electron: ElectronApplication, name: string): Promise<'prevented' | 'let through'> {
  return electron.evaluate((module, event) => {
    let outcome: 'prevented' | 'let through' = 'let through';
    const [window] = (module as unknown as StandIn).BrowserWindow.getAllWindows();
    window?.webContents.emit(event, {
      preventDefault: () => {
        outcome = 'prevented';
      },
    });
    return outcome;
  }, name);
}

/** What the app decides about permissions, asked for by pages. */
export function permissionHandlers(
  electron: ElectronApplication,
  asked: readonly (readonly [permission: string, page: string])[],
): Promise<{ request: unknown; check: unknown }[]> {
  return electron.evaluate((module, questions) => {
    const { request, check } = (module as unknown as StandIn).session.defaultSession.standin;
    return questions.map(([permission, page]) => {
      let granted: unknown;
      request(null, permission, (answer: unknown) => (granted = answer), { requestingUrl: page });
      return { request: granted, check: check(null, permission, page) };
    });
  }, asked);
}

/** Asks the main process as a page at an address would. @returns `answered`, or the words of the refusal */
export function ipc(electron: ElectronApplication, channel: string, sender: Sender): Promise<string> {
  return electron.evaluate(
    async (module, { name, url, isFrame }) => {
      const { ipcMain } = module as unknown as StandIn;
      const event = { sender: null, senderFrame: { url, parent: isFrame ? {} : null }, ports: [] };
      try {
        await ipcMain.answer(name, event, ['/tmp']);
        return 'answered';
      } catch (error) {
        return String(error);
      }
    },
    { name: channel, ...sender },
  );
}
