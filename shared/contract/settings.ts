import { z } from 'zod';
import type { Problem } from '../problem.ts';
import { type Settings, type SettingsChange, settingsChangeSchema } from '../settings.ts';
import type { Answer } from './answer.ts';
import { type InputsOf, nothing } from './inputs.ts';

/** The current settings. */
export interface SettingsReport {
  settings: Settings;
  /** The file that they are in. */
  path: string;
  /** Why the file could not be read, so that defaults are used; null when all is well. */
  problem: Problem | null;
}

/** A tool that Drover uses, and where it was found. */
export interface ToolPlace {
  name: string;
  /** Its purpose. */
  purpose: string;
  /** Absolute; null when it was not found. */
  path: string | null;
  /** How it was found: `the settings`, `the folder … on PATH, from the login shell`; or why it was not found. */
  found: string;
}

/** Where the engine's environment comes from, and the tools found in it. */
export interface ToolReport {
  tools: ToolPlace[];
  /** In words; with the reason if the login shell was queried and did not answer. */
  environment: string;
}

/** Methods about a person's choices. */
export interface SettingsMethods {
  readSettings(input: Record<string, never>): Promise<Answer<SettingsReport>>;
  /** Changes some settings and saves them; all clients are notified by `settingsChanged`. */
  changeSettings(input: { change: SettingsChange }): Promise<Answer<SettingsReport>>;
  /** Where each tool was found. */
  findTools(input: Record<string, never>): Promise<Answer<ToolReport>>;
}

export const settingsInputs: InputsOf<SettingsMethods> = {
  readSettings: nothing,
  changeSettings: z.strictObject({ change: settingsChangeSchema }),
  findTools: nothing,
};
