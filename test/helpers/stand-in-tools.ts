import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FIXTURES = join(import.meta.dirname, '../fixtures');

/** The text of a recorded answer. */
export function recorded(...path: string[]): string {
  return readFileSync(join(FIXTURES, 'recorded', ...path), 'utf8');
}

/**
 * A machine whose vendors' tools are stand-ins that play recorded answers. The environment holds nothing else: no other tool
 * can be found in it.
 */
export class StandInMachine {
  readonly folder = mkdtempSync(join(tmpdir(), 'drover-devices-'));
  readonly env: NodeJS.ProcessEnv = { PATH: this.#path('bin') };

  /** Makes a tool findable and lets it play a recorded machine. */
  install(tool: 'nvidia-smi' | 'amd-smi', machine: string): this {
    cpSync(join(FIXTURES, 'tools', tool), join(this.#path('bin'), tool), { recursive: true });
    cpSync(join(FIXTURES, 'recorded', tool, machine), this.#path(tool), { recursive: true });
    this.env[tool === 'nvidia-smi' ? 'STANDIN_NVIDIA' : 'STANDIN_AMD'] = this.#path(tool);
    return this;
  }

  /** Makes macOS' own tool findable, with a recorded answer. */
  installSystemProfiler(answer: string): this {
    cpSync(join(FIXTURES, 'tools/system_profiler'), join(this.#path('bin'), 'system_profiler'));
    this.env['STANDIN_APPLE'] = join(FIXTURES, 'recorded/system_profiler', answer);
    return this;
  }

  /** Takes a tool away, as an update of the driver does. */
  uninstall(tool: 'nvidia-smi' | 'amd-smi'): void {
    rmSync(join(this.#path('bin'), tool));
  }

  /** Puts a steering file into a tool's folder; see the tool for what it does. */
  steer(tool: 'nvidia-smi' | 'amd-smi', file: string, text = ''): this {
    writeFileSync(join(this.#path(tool), file), text);
    return this;
  }

  unsteer(tool: 'nvidia-smi' | 'amd-smi', file: string): void {
    rmSync(join(this.#path(tool), file), { force: true });
  }

  /** Process ids of all starts of nvidia-smi so far. */
  starts(): number[] {
    const file = join(this.#path('nvidia-smi'), 'starts');
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(Number) : [];
  }

  /** An empty list of the kernel's graphics cards, so that those of this machine are not found. */
  async noCards(): Promise<string> {
    await mkdir(this.#path('drm'), { recursive: true });
    return this.#path('drm');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #path(name: string): string {
    return join(this.folder, name);
  }
}
