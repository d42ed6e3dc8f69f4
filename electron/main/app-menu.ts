import { Menu, type MenuItemConstructorOptions } from 'electron';

/** What the menu does beyond the system's own entries. */
export interface MenuActions {
  /** Shows a page, by the part of its address after `#`. */
  show: (hash: string) => void;
  openRunsFolder: () => void;
  toggleTheme: () => void;
  /** null where there are none. */
  openDocuments: (() => void) | null;
  about: () => void;
}

/** Sets the menu of the app, with its keyboard shortcuts. */
export function setAppMenu(actions: MenuActions, options: { isMac: boolean; isDeveloped: boolean }): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(appMenu(actions, options)));
}

function appMenu(
  actions: MenuActions,
  options: { isMac: boolean; isDeveloped: boolean },
): MenuItemConstructorOptions[] {
  return [
    ...(options.isMac ? [{ role: 'appMenu' as const }] : []),
    { label: '&File', submenu: fileMenu(actions, options.isMac) },
    { role: 'editMenu' },
    { label: '&View', submenu: viewMenu(actions, options.isDeveloped) },
    ...(options.isMac ? [{ role: 'windowMenu' as const }] : []),
    { role: 'help', label: '&Help', submenu: helpMenu(actions) },
  ];
}

function fileMenu({ show, openRunsFolder }: MenuActions, isMac: boolean): MenuItemConstructorOptions[] {
  return [
    { label: 'New Run', accelerator: 'CmdOrCtrl+N', click: () => show('/new') },
    { label: 'Open Runs Folder', accelerator: 'CmdOrCtrl+Shift+O', click: openRunsFolder },
    { type: 'separator' },
    { label: 'Settings', accelerator: 'CmdOrCtrl+,', click: () => show('/settings') },
    { type: 'separator' },
    { role: 'close' },
    ...(isMac ? [] : [{ role: 'quit' as const, accelerator: 'CmdOrCtrl+Q' }]),
  ];
}

function viewMenu({ show, toggleTheme }: MenuActions, isDeveloped: boolean): MenuItemConstructorOptions[] {
  return [
    { label: 'History', accelerator: 'CmdOrCtrl+Shift+H', click: () => show('/history') },
    { label: 'Analysis', accelerator: 'CmdOrCtrl+Shift+A', click: () => show('/analysis') },
    { label: 'Devices', accelerator: 'CmdOrCtrl+Shift+D', click: () => show('/devices') },
    { type: 'separator' },
    { role: 'reload' },
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { label: 'Light or Dark', accelerator: 'CmdOrCtrl+Shift+L', click: toggleTheme },
    { role: 'togglefullscreen' },
    ...(isDeveloped ? [{ role: 'toggleDevTools' as const }] : []),
  ];
}

function helpMenu({ openDocuments, about }: MenuActions): MenuItemConstructorOptions[] {
  const documents = openDocuments === null ? [] : [{ label: 'Documentation', accelerator: 'F1', click: openDocuments }];
  return [...documents, { label: 'About Drover', click: about }];
}
