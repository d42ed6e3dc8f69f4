import type { PreviewProgress } from '../../shared/contract/events.ts';
import { counted, shownNumber } from '../parts/count.ts';

interface PlanProgressProps {
  progress: PreviewProgress | null;
  onCancel: () => void;
}

/** How far the counting of files is, where it takes long enough to be seen. */
export function PlanProgress({ progress, onCancel }: PlanProgressProps) {
  if (progress === null) return null;
  const { costed, total } = progress;
  return (
    <div className="plan-progress">
      <progress aria-label="Files looked at" {...(total === null ? {} : { max: Math.max(1, total), value: costed })} />
      <span className="number muted">{progressWords(progress)}</span>
      <button type="button" className="small" onClick={onCancel}>
        Cancel counting
      </button>
    </div>
  );
}

function progressWords({ found, costed, total }: PreviewProgress): string {
  if (total === null) return `${counted(found, 'file')} found so far`;
  return `${shownNumber(costed)} of ${counted(total, 'file')} costed`;
}
