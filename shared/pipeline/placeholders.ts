/** Placeholders for one item: in `outputs`, and in the command of a step with `"dispatch": "each"`. */
export const ITEM_PLACEHOLDERS = ['file', 'name', 'stem', 'output', 'relative_dir'] as const;
/** Placeholders for the whole list of a worker: only with `"dispatch": "list"`. */
export const LIST_PLACEHOLDERS = ['files', 'manifest'] as const;
/** Placeholders that differ from worker to worker. */
export const WORKER_PLACEHOLDERS = ['rank', 'world_size', 'device', 'device_uuid', 'torch_device'] as const;
/** Placeholders that have one value for the whole step. */
const STEP_PLACEHOLDERS = ['output_dir', 'pipeline_dir', 'resources', 'python', 'node'] as const;

/** Every placeholder with a fixed name, without one that a person chooses after a dot. */
export const PLACEHOLDERS: readonly string[] = [
  ...ITEM_PLACEHOLDERS,
  ...LIST_PLACEHOLDERS,
  ...WORKER_PLACEHOLDERS,
  ...STEP_PLACEHOLDERS,
];

/** `{param.NAME}` is the value of a parameter, `{file.NAME}` a file of a join. */
export const PARAMETER_PREFIX = 'param.';
export const JOIN_PREFIX = 'file.';

type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'placeholder'; readonly name: string };

/** A text split into literal parts and placeholders. */
export interface Template {
  readonly parts: readonly TemplatePart[];
  /**
   * True when literal braces are written both singly and doubled, as in `{ a; } {{b}}`: `}}` could then mean one brace or two, so such a
   * text is refused.
   */
  readonly mixedBraces: boolean;
}

/** Doubled braces, a `{word}` (spaces around the word stay in its name, so that it is refused), and single braces. */
const TOKEN = /\{\{|\}\}|\{([ \t]*[A-Za-z_][\w.-]*[ \t]*)\}|[{}]/g;

/**
 * Parses a template. `{word}` is a placeholder, `{{` and `}}` are literal braces; any other brace (as in
 * `awk '{print $1}'` or `find -exec … {}`) is literal too. The caller checks whether a placeholder exists.
 */
export function parseTemplate(text: string): Template {
  const parts: TemplatePart[] = [];
  let literal = '';
  let end = 0;
  let single = false;
  let doubled = false;
  for (const match of text.matchAll(TOKEN)) {
    literal += text.slice(end, match.index);
    end = match.index + match[0].length;
    const name = match[1];
    if (name === undefined) {
      if (match[0].length === 1) single = true;
      else doubled = true;
      literal += match[0].charAt(0);
      continue;
    }
    if (literal !== '') parts.push({ kind: 'text', text: literal });
    parts.push({ kind: 'placeholder', name });
    literal = '';
  }
  literal += text.slice(end);
  if (literal !== '') parts.push({ kind: 'text', text: literal });
  return { parts, mixedBraces: single && doubled };
}

/** Returns the names of the placeholders in a text, each once, in the order of first use. */
export function placeholdersIn(text: string): string[] {
  const names = parseTemplate(text).parts.flatMap((part) => (part.kind === 'placeholder' ? [part.name] : []));
  return [...new Set(names)];
}

/**
 * Fills in a template. Inserted values are not parsed again, so a file called `{output}` keeps its name.
 * @throws when a value is missing: the check of the pipeline has accepted a wrong placeholder, which is a bug
 */
export function substitute(template: Template, values: Readonly<Record<string, string>>): string {
  let text = '';
  for (const part of template.parts) {
    if (part.kind === 'text') {
      text += part.text;
      continue;
    }
    const value = Object.hasOwn(values, part.name) ? values[part.name] : undefined;
    if (value === undefined) throw new Error(`No value for the placeholder {${part.name}}`);
    text += value;
  }
  return text;
}

/** Escapes a text so that a template contains it literally. */
export function escapeBraces(text: string): string {
  return text.replaceAll(/[{}]/g, '$&$&');
}

const WINDOWS_PATH = /^(?:[A-Za-z]:[\\/]|\\\\)/;

/**
 * Returns the values of `{name}` and `{stem}`: the last part of a path, and the same without its suffix, including `.gz`
 * (`reads.fa.gz` → `reads`). A leading dot does not begin a suffix.
 */
export function fileNames(path: string): { name: string; stem: string } {
  const separator = WINDOWS_PATH.test(path) ? /[\\/]/ : /\//;
  const name = path.split(separator).at(-1) ?? path;
  return { name, stem: withoutSuffix(name.replace(/(?<=.)\.gz$/i, '')) };
}

function withoutSuffix(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}
