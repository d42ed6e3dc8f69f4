import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { Settings } from '../../shared/settings.ts';

/** What every section gets. */
export interface SectionProps {
  client: EngineClient;
  settings: Settings;
}
