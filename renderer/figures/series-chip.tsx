/** The piece of a line that stands beside a device's name, in its colour and dashed like it. */
export function SeriesChip({ colour, dashed }: { colour: string; dashed: boolean }) {
  const line = `var(${colour})`;
  const background = dashed ? `repeating-linear-gradient(90deg, ${line} 0 5px, transparent 5px 9px)` : line;
  return <span className="series-chip" aria-hidden="true" style={{ background }} />;
}
