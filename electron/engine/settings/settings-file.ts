import { existsSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SettingsReport } from '../../../shared/contract/settings.ts';
import { messageOf } from '../../../shared/message-of.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import {
  DEFAULT_SETTINGS,
  readSettingsDocument,
  SETTINGS_VERSION,
  type Settings,
  type SettingsChange,
  withChange,
} from '../../../shared/settings.ts';
import { makeFolders } from '../files/make-folders.ts';
import { writeFileAtomic } from '../files/write-file-atomic.ts';

/** Returns the path of the settings file. */
export function settingsFile(home: string): string {
  return join(home, 'settings.json');
}

/**
 * Reads the settings. Any error in the file is reported, and defaults are used. A damaged file is renamed, so that nothing in it is lost when the
 * settings are saved again. A file of a newer Drover is left unchanged.
 */
export function readSettings(home: string): SettingsReport {
  return reportOf(home, setAside);
}

/** Reads the settings and leaves the file unchanged. @returns null when it is damaged, as it is while another program writes it */
export function peekSettings(home: string): SettingsReport | null {
  let damaged = false;
  const report = reportOf(home, () => {
    damaged = true;
    return null;
  });
  return damaged ? null : report;
}

function reportOf(home: string, onDamaged: (path: string, why: string) => Problem | null): SettingsReport {
  const path = settingsFile(home);
  const text = readText(path);
  if (text === null) return { settings: DEFAULT_SETTINGS, path, problem: null };
  if (!text.ok) return { settings: DEFAULT_SETTINGS, path, problem: text.error };
  const reading = readSettingsDocument(parse(text.value));
  switch (reading.kind) {
    case 'read':
      return { settings: reading.settings, path, problem: null };
    case 'newer':
      return { settings: DEFAULT_SETTINGS, path, problem: isNewer(path, reading.version) };
    case 'damaged':
      return { settings: DEFAULT_SETTINGS, path, problem: onDamaged(path, reading.why) };
    default:
      return reading satisfies never;
  }
}

/** Changes settings and saves them. @returns the new settings, or why they could not be saved */
export function changeSettings(home: string, change: SettingsChange): Result<SettingsReport, Problem> {
  const before = readSettings(home);
  if (before.problem?.reason === 'newer-version') return err(before.problem);
  const settings = withChange(before.settings, change);
  const saved = save(before.path, settings);
  return saved === null ? ok({ settings, path: before.path, problem: null }) : err(saved);
}

function save(path: string, settings: Settings): Problem | null {
  try {
    makeFolders(dirname(path), 0o700);
    writeFileAtomic(path, `${JSON.stringify({ version: SETTINGS_VERSION, ...settings }, null, 2)}\n`);
    return null;
  } catch (error) {
    return problem(
      'data-folder',
      `The settings could not be saved: ${messageOf(error)}.`,
      `Make sure that ${dirname(path)} is writable and has space; until then the old settings stay in effect.`,
    );
  }
}

/** Returns null when there is no file. */
function readText(path: string): Result<string, Problem> | null {
  try {
    return ok(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    const advice = 'Make it readable; until then the default settings are used.';
    return err(problem('data-folder', `The settings in ${path} cannot be read: ${messageOf(error)}.`, advice));
  }
}

/** Returns undefined for a text that is not JSON; undefined is not valid as settings. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isNewer(path: string, version: number): Problem {
  return problem(
    'newer-version',
    `${path} was written by a newer Drover (its version is ${version}, this one reads up to ${SETTINGS_VERSION}).`,
    'Update Drover, or move that file away; until then the default settings are used and none can be changed.',
  );
}

function setAside(path: string, why: string): Problem {
  const aside = freeName(path);
  try {
    renameSync(path, aside);
  } catch (error) {
    const message = `${path} holds no valid settings (${why}) and cannot be moved away: ${messageOf(error)}.`;
    return problem('data-folder', message, 'Correct or remove it; until then the default settings are used.');
  }
  return problem(
    'data-folder',
    `The settings file held no valid settings (${why}), so the default settings are used.`,
    `It was kept as ${aside}; what is worth keeping can be copied from there.`,
  );
}

function freeName(path: string): string {
  for (let number = 1; ; number += 1) {
    const name = `${path}.damaged-${number}`;
    if (!existsSync(name)) return name;
  }
}
