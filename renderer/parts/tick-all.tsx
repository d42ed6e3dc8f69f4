interface TickAllProps {
  label: string;
  /** Of the area around the box that ticks it, too. */
  className: string;
  /** Whether all are ticked, and whether any is. */
  all: boolean;
  some: boolean;
  onChange: () => void;
}

/** The box above the boxes of a table's rows. */
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
