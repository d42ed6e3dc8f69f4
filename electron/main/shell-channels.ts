/** The names under which the preload script asks the main process for something. */
export const SHELL_CHANNELS = {
  connect: 'drover:connect',
  chooseFiles: 'drover:choose-files',
  chooseFolder: 'drover:choose-folder',
  openPath: 'drover:open-path',
  showInFolder: 'drover:show-in-folder',
} as const;
