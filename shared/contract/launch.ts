import { z } from 'zod';
import type { Device } from '../device.ts';
import { dispatchSchema, type Parameter } from '../pipeline/pipeline.ts';
import type { Problem } from '../problem.ts';
import type { LeftOut } from '../run/left-out.ts';
import type { Answer } from './answer.ts';
import { type InputsOf, nothing } from './inputs.ts';

/** When a run begins: at once, also beside others on its devices (`share`), or when its devices are free, or `any` so many of them. */
export const beginSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('now'), share: z.boolean() }),
  z.object({ kind: z.literal('when-free'), any: z.number().int().min(1).max(1_024).nullable() }),
]);
export type Begin = z.infer<typeof beginSchema>;

/** A start on devices that no other run has. */
const BEGIN_NOW: Begin = { kind: 'now', share: false };

/** Returns when a launch or a resume begins. */
export function beginOf({ begin = BEGIN_NOW }: { begin?: Begin | undefined }): Begin {
  return begin;
}

/** A launch request; shared by plan and start. */
export const launchSchema = z.object({
  /** The name of a pipeline, or the path of a JSON file. */
  pipeline: z.string().min(1),
  inputs: z.array(z.string().min(1)).min(1),
  output: z.string().optional(),
  devices: z.string().optional(),
  parameters: z.record(z.string(), z.string()).default({}),
  dispatch: dispatchSchema.optional(),
  retries: z.number().int().min(0).max(100).optional(),
  workersPerDevice: z.number().int().min(1).max(64).optional(),
  /** Seconds. */
  stallTimeout: z.number().positive().optional(),
  name: z.string().max(200).optional(),
  overwrite: z.boolean().default(false),
  /** Continue without input files whose cost cannot be determined (a truncated gzip), instead of refusing the launch. */
  skipInvalid: z.boolean().default(false),
  /** When it begins; by default at once, on devices that no other run has. */
  begin: beginSchema.optional(),
  /** The folder that relative paths start from. */
  workingDirectory: z.string(),
});
export type LaunchRequest = z.infer<typeof launchSchema>;

export interface PipelineSummary {
  name: string;
  title: string;
  description: string;
  /** `bundled` or the path of the user's file. */
  source: string;
  /** True when a person's own file replaces a bundled pipeline of the same name. */
  replacesBundled: boolean;
  patterns: string[];
  parameters: Record<string, Parameter>;
  steps: { name: string; dispatch: string; device: string; command: string[] }[];
}

export interface PipelineList {
  pipelines: PipelineSummary[];
  /** Files in the pipelines folder that could not be used, with the reason. */
  problems: { file: string; problem: Problem }[];
}

export interface PlanRank {
  rank: number;
  device: Device;
  load: number;
  items: { file: string; cost: number }[];
}

/** A notice about a launch that can be started all the same. */
export interface LaunchNotice {
  /** What it is about; inputs if missing. */
  subject?: 'inputs' | 'devices';
  message: string;
  /** What to do. */
  advice: string;
}

export interface Plan {
  /** What was found in the search and is no input, the first ones by name; empty when everything is an input. */
  left_out: LeftOut[];
  notices: LaunchNotice[];
  items: number;
  cost: number;
  lower_bound: number;
  /** Largest load / lower bound; 1 when there is nothing to do. */
  imbalance: number;
  /** Seconds until the last rank ends, if the speed is known from earlier runs; else null. */
  predicted_seconds: number | null;
  ranks: PlanRank[];
}

/** A check before a launch: whether all is well, and what to do if not. */
export interface LaunchCheck {
  subject: 'inputs' | 'devices' | 'command' | 'imports' | 'memory' | 'disk' | 'outputs';
  /** `caution`: the run can be started, but may have problems. */
  state: 'good' | 'caution';
  message: string;
  /** What to do; empty when nothing has to be done. */
  advice: string;
}

/** Results of an earlier run that a launch would replace. */
export interface ReplacedResults {
  run: string;
  pipeline: string;
  count: number;
  /** One of them. */
  first: string;
}

/** A preview of a launch: its assignment and further checks. */
export interface LaunchPreview {
  plan: Plan;
  checks: LaunchCheck[];
}

/** A run that was recorded and started. */
export interface StartedLaunch {
  run: string;
  directory: string;
  /** What was found in the search and is no input. */
  left_out: LeftOut[];
  notices: LaunchNotice[];
}

/** Methods of the launch form, `drover plan` and `drover run`. */
export interface LaunchMethods {
  pipelines(input: Record<string, never>): Promise<Answer<PipelineList>>;
  plan(input: LaunchRequest): Promise<Answer<Plan>>;
  /**
   * The plan with further checks, for a form that is being filled in. Its progress is pushed as `previewProgress`, and it can be cancelled.
   * A client has one at a time. Another one cancels it, and so does the end of the client.
   */
  previewLaunch(input: LaunchRequest & { preview: string }): Promise<Answer<LaunchPreview>>;
  cancelPreview(input: { preview: string }): Promise<Answer<void>>;
  /** One pipeline by its name or by the path of its file. */
  describePipeline(input: { pipeline: string; workingDirectory: string }): Promise<Answer<PipelineSummary>>;
  /** The draft of the form, kept over restarts; null when there is none. */
  readDraft(input: Record<string, never>): Promise<Answer<{ draft: string | null }>>;
  keepDraft(input: { draft: string }): Promise<Answer<void>>;
  startRun(input: LaunchRequest & { detach: boolean }): Promise<Answer<StartedLaunch>>;
}

/** The limit of a draft, which names single files; a hundred thousand long paths are less than this (characters). */
const MAX_DRAFT_CHARS = 16 * 1024 * 1024;

/** The name that a client gives to a preview. */
const preview = z.string().min(1).max(64);

export const launchInputs: InputsOf<LaunchMethods> = {
  pipelines: nothing,
  plan: launchSchema,
  previewLaunch: launchSchema.extend({ preview }),
  cancelPreview: z.object({ preview }),
  describePipeline: z.object({ pipeline: z.string().min(1), workingDirectory: z.string() }),
  readDraft: nothing,
  keepDraft: z.object({ draft: z.string().max(MAX_DRAFT_CHARS) }),
  startRun: launchSchema.extend({ detach: z.boolean() }),
};
