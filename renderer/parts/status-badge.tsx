import './status-badge.css';
import { type ShownStatus, statusWords } from './status-words.ts';

/** A status as a word with its symbol and colour. */
export function StatusBadge({ status, brief = false }: { status: ShownStatus; brief?: boolean }) {
  const words = statusWords(status);
  const { tone, sign } = words;
  const word = brief ? (words.brief ?? words.word) : words.word;
  return (
    <span className={`status-badge ${tone}`}>
      <span aria-hidden="true">{sign}</span> {word}
    </span>
  );
}
