import { type RefObject, useEffect, useRef, useState } from 'react';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { SettingsChange } from '../../shared/settings.ts';
import { Field } from '../launch/field.tsx';
import { fieldProblem } from '../launch/field-problems.ts';
import { PathField } from '../launch/path-field.tsx';
import { type CheckedText, checkText, type TypedSetting } from './check-text.ts';
import { SavedSign, useChange } from './use-change.tsx';

/** Each typed letter is checked at once, but saved only after this pause (ms). */
const PAUSE_MS = 400;

interface TextSettingProps extends TypedSetting {
  client: EngineClient;
  id: string;
  label: string;
  help: string;
  placeholder: string;
  /** The value in the engine; empty for none. */
  saved: string;
  /** Set for a path on the disk: the description for its dialog. */
  place?: { kind: 'file' | 'folder'; what: string };
}

/** A setting that is typed: checked with every letter, saved on its own, with the message beside it. */
export function TextSetting(props: TextSettingProps) {
  const { client, id, label, help, placeholder, saved, place, ...typed } = props;
  const [text, setText] = useState<string | null>(null);
  const [state, change] = useChange(client);
  const shown = text ?? saved;
  const checked = text === null ? null : checkText(text, typed);
  const sent = useSaveAfterPause(text, saved, checked, change);
  // A saved value is shown as the engine has it; a text that was typed meanwhile stays, and is saved next.
  useEffect(() => {
    if (state.kind === 'saved') setText((now) => (now === sent.current ? null : now));
  }, [state, sent]);
  const complaint =
    checked !== null && 'complaint' in checked ? checked.complaint : state.kind === 'refused' ? state.why : null;
  const problem = complaint === null || text === null ? undefined : fieldProblem(complaint);
  return (
    <Field
      id={id}
      label={
        <>
          {label} <SavedSign state={state} />
        </>
      }
      help={help}
      problem={problem}
    >
      {(control) =>
        place === undefined ? (
          <input
            {...control}
            className={typed.isNumber ? 'short' : undefined}
            type="text"
            inputMode={typed.isNumber ? 'decimal' : 'text'}
            autoComplete="off"
            spellCheck={false}
            placeholder={placeholder}
            value={shown}
            onChange={(event) => setText(event.target.value)}
          />
        ) : (
          <PathField
            control={control}
            client={client}
            kind={place.kind}
            what={place.what}
            value={shown}
            placeholder={placeholder}
            onChange={setText}
          />
        )
      }
    </Field>
  );
}

/** @returns the text that was sent last */
function useSaveAfterPause(
  text: string | null,
  saved: string,
  checked: CheckedText | null,
  change: ReturnType<typeof useChange>[1],
): RefObject<string | null> {
  const sent = useRef<string | null>(null);
  // As text, because each render creates a new change object.
  const wanted = checked !== null && 'change' in checked ? JSON.stringify(checked.change) : null;
  useEffect(() => {
    if (text === null || wanted === null || text.trim() === saved) return undefined;
    const timer = setTimeout(() => {
      sent.current = text;
      change(JSON.parse(wanted) as SettingsChange);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, wanted, saved, change]);
  return sent;
}
