/** The channels between the preload script and the main process. */
export const SHELL_CHANNELS = {
  connect: 'drover:connect',
  takeCommands: 'drover:take-commands',
  command: 'drover:command',
  chooseFiles: 'drover:choose-files',
  chooseFolder: 'drover:choose-folder',
  openPath: 'drover:open-path',
  showInFolder: 'drover:show-in-folder',
} as const;
