import { connectNow, useConnection } from '../store/connection-store.ts';
import { useNow } from './use-now.ts';

/** Shows that the engine cannot be reached, and when the next automatic attempt is. */
export function ConnectionBanner() {
  const { status, retryAt } = useConnection();
  const now = useNow(status === 'offline');
  if (status !== 'offline') return null;
  const seconds = retryAt === null ? 0 : Math.max(0, Math.ceil((retryAt - now) / 1000));
  return (
    <div className="connection-banner" role="status">
      <strong>Offline.</strong>
      <span>
        Drover’s engine cannot be reached. If you ended “drover serve”, start it again and open the address it prints;
        what its runs wrote is kept.
      </span>
      <button type="button" className="small" onClick={connectNow} disabled={retryAt === null}>
        {seconds > 0 ? `Try now (${seconds} s)` : 'Trying…'}
      </button>
    </div>
  );
}
