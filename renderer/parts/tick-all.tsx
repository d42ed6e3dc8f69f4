interface TickAllProps {
  label: string;
  /** The class of the clickable area around the box. */
  className: string;
  /** Whether all are ticked, and whether any is. */
  all: boolean;
  some: boolean;
  onChange: () => void;
}

/** The box in the head of a table that ticks the boxes of all rows. */
export function TickAll({ label, className, all, some, onChange }: TickAllProps) {
  return (
    <label className={className}>
      <input
        type="checkbox"
        aria-label={label}
        checked={all}
        ref={(box) => {
          if (box !== null) box.indeterminate = some && !all;
        }}
        onChange={onChange}
      />
    </label>
  );
}
