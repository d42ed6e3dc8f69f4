import { useEffect } from 'react';
import { SHELL_COMMAND_MESSAGE, shellCommandSchema } from '../../shared/contract/shell.ts';
import { bringFiles } from '../store/brought-files.ts';
import { goTo } from '../store/layout-store.ts';
import { parseRoute } from '../store/route.ts';

/** Executes the commands that the desktop's menu, tray and notifications send to the page. */
export function useShellCommands(): void {
  useEffect(() => {
    const { drover: shell } = window;
    if (shell === undefined) return undefined;
    const receive = ({ data, source, origin }: MessageEvent<unknown>): void => {
      if (source !== window || origin !== location.origin || !isCommandMessage(data)) return;
      const parsed = shellCommandSchema.safeParse(data.command);
      if (!parsed.success) return;
      if (parsed.data.kind === 'show') goTo(parseRoute(`#${parsed.data.hash}`));
      else bringFiles(parsed.data.paths);
    };
    addEventListener('message', receive);
    shell.takeCommands();
    return () => removeEventListener('message', receive);
  }, []);
}

function isCommandMessage(data: unknown): data is { command: unknown } {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === SHELL_COMMAND_MESSAGE;
}
