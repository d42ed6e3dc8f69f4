import './wait-reasons.css';

/** Why a run waits: a line for each device that is not free. */
export function WaitReasons({ waits }: { waits: readonly string[] }) {
  return (
    <ul className="wait-reasons">
      {waits.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}
