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
 * The contract between the engine and its front doors (window, browser, command): every method by name. Its parts are in `contract/`,
 * one file for each subject, with the types of its answers and the schema of every input. Every method answers with a `Result`, and an expected
 * failure is its `Problem`; an exception is a bug.
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

/** The input schema of every method, used by the front door to check inputs. */
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
