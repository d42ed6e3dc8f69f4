import type { IDisposable, Terminal } from '@xterm/xterm';

/** Names of drivers without a graphics card: they draw slower than the page itself. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render|mesa offscreen/i;

/** Whether a card draws here; checked once, as it does not change while the page is open. */
let drawnByCard: boolean | undefined;

/**
 * Lets the graphics card draw a terminal, if there is one. When its context is lost, or there is no card, the page draws.
 * @returns ends it; the page draws from then on
 */
export function drawByCard(terminal: Terminal): IDisposable {
  drawnByCard ??= isCard(rendererName(document.createElement('canvas')));
  if (!drawnByCard) return { dispose: () => undefined };
  let ended = false;
  let addon: IDisposable | null = null;
  const end = (): void => {
    ended = true;
    addon?.dispose();
    addon = null;
  };
  void import('@xterm/addon-webgl').then(({ WebglAddon }) => {
    if (ended) return;
    const webgl = new WebglAddon();
    webgl.onContextLoss(end);
    try {
      terminal.loadAddon(webgl);
      addon = webgl;
    } catch {
      // The card refuses another context: the page continues to draw.
      webgl.dispose();
    }
  });
  return { dispose: end };
}

/** Whether a renderer's name is that of a card. @param name null when unknown: then it is not trusted */
export function isCard(name: string | null): boolean {
  return name !== null && name !== '' && !SOFTWARE.test(name);
}

function rendererName(canvas: HTMLCanvasElement): string | null {
  const context = canvas.getContext('webgl2', { failIfMajorPerformanceCaveat: true });
  if (context === null) return null;
  const info = context.getExtension('WEBGL_debug_renderer_info');
  const name: unknown = info === null ? null : context.getParameter(info.UNMASKED_RENDERER_WEBGL);
  // A page may hold few contexts, so this one is released.
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return typeof name === 'string' ? name : null;
}
