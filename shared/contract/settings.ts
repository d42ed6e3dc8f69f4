import { z } from 'zod';
import type { Problem } from '../problem.ts';
import { type Settings, type SettingsChange, settingsChangeSchema } from '../settings.ts';
import type { Answer } from './answer.ts';
import { type InputsOf, nothing } from './inputs.ts';

/** The current settings. */
export interface SettingsReport {
  settings: Settings;
  /** The file that they are stored in. */
  path: string;
  /** Why the file could not be read and defaults are used instead; null when it was read. */
  problem: Problem | null;
}

/** A tool that Drover uses, and where it was found. */
export interface ToolPlace {
  name: string;
  /** Its purpose. */
  purpose: string;
  /** Absolute; null when it was not found. */
  path: string | null;
  /** What led to it: `the settings`, `the folder … on PATH, from the login shell`; when it was not found, the reason. */
  found: string;
}

/** Where the environment of the engine comes from, and the tools in it. */
export interface ToolReport {
  tools: ToolPlace[];
  /** In words; with the reason when the login shell did not answer. */
  environment: string;
}

/** Methods about the settings. */
export interface SettingsMethods {
  readSettings(input: Record<string, never>): Promise<SettingsReport>;
  /** Changes some settings and saves them; all clients are notified by `settingsChanged`. */
  changeSettings(input: { change: SettingsChange }): Promise<Answer<SettingsReport>>;
  /** Where each tool was found. */
  findTools(input: Record<string, never>): Promise<ToolReport>;
}

export const settingsInputs: InputsOf<SettingsMethods> = {
  readSettings: nothing,
  changeSettings: z.strictObject({ change: settingsChangeSchema }),
  findTools: nothing,
};
