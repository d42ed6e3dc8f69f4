import { type DoctorMethods, doctorInputs } from './doctor.ts';
import { type HistoryMethods, historyInputs } from './history.ts';
import { type InputsOf } from './inputs.ts';
import { type LaunchMethods, launchInputs } from './launch.ts';
import { type LogMethods, logInputs } from './logs.ts';
import { type MachineMethods, machineInputs } from './machine.ts';
import { type QueryMethods, queryInputs } from './queries.ts';
import { type RecordMethods, recordInputs } from './records.ts';
import { type RunMethods, runInputs } from './runs.ts';
import { type SettingsMethods, settingsInputs } from './settings.ts';

/**
 * The contract between the engine and its clients (window, browser, command): every method by name. `contract/` has one file per subject,
 * with the types of its answers and the schema of every input. Expected failures are returned as a `Result` with a `Problem`; an exception
 * is a bug.
 */
export interface Methods
  extends LaunchMethods,
    RunMethods,
    LogMethods,
    MachineMethods,
    RecordMethods,
    DoctorMethods,
    QueryMethods,
    SettingsMethods,
    HistoryMethods {}

/** The input schema of every method; the server checks its input with them. */
export const methodInputs: InputsOf<Methods> = {
  ...launchInputs,
  ...runInputs,
  ...logInputs,
  ...machineInputs,
  ...recordInputs,
  ...doctorInputs,
  ...queryInputs,
  ...settingsInputs,
  ...historyInputs,
};
