import './middle-cut.css';

/** How much of the end is kept (characters): a number, a read and a suffix, which distinguish files whose names begin alike. */
const END_LENGTH = 10;
/** Shorter texts are cut at their end like any other. */
const LONG = 24;
/** Must not be separated from the character before: marks on a letter, the second half of a pair. */
const BELONGS_BEFORE = /^[\p{M}\u200D\uDC00-\uDFFF]/u;

/** A name on one line. If there is not enough room, its middle is left out: the end is more distinctive than the middle. */
export function MiddleCut({ text }: { text: string }) {
  const at = text.length < LONG ? text.length : endBegins(text);
  return (
    <span className="middle-cut">
      <span className="one-line">{text.slice(0, at)}</span>
      {at < text.length && <span>{text.slice(at)}</span>}
    </span>
  );
}

function endBegins(text: string): number {
  let at = text.length - END_LENGTH;
  while (at > 0 && BELONGS_BEFORE.test(text.slice(at))) at -= 1;
  return at;
}
