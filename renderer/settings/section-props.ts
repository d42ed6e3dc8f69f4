import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { Settings } from '../../shared/settings.ts';

/** The props of every section. */
export interface SectionProps {
  client: EngineClient;
  settings: Settings;
}
