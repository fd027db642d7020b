import type { Sessions } from '../auth/sessions.ts';
import type { Now } from '../base/clock.ts';
import type { Config } from '../config/schema.ts';
import type { EvidenceFiles } from '../evidence/evidence-files.ts';
import type { EvidenceIntake } from '../evidence/intake.ts';
import type { EvidenceRequests } from '../evidence/requests.ts';
import type { EvidenceViewing } from '../evidence/viewing.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { HealthFigures } from '../health/health-figures.ts';
import type { LiveTickets } from '../live/tickets.ts';
import type { AreaDirectory } from '../registry/areas.ts';
import type { AreaIndex } from '../reports/area-index.ts';
import type { Metrics } from '../reports/metrics.ts';
import type { RuleDesk } from '../rules/rule-desk.ts';
import type { Verdicts } from '../rules/verdicts.ts';
import type { Store } from '../store/store.ts';
import type { Disposal } from '../workflow/disposal.ts';
import type { ChangeHub } from './change-hub.ts';
import type { SafetyIndexServices } from './safety-index/services.ts';

/** Everything that routes may ask. Built by the composition root, one visible line each. */
export type Services = SafetyIndexServices & {
  now: Now;
  store: Store;
  sessions: Sessions;
  areas: AreaDirectory;
  disposal: Disposal;
  fleet: Fleet;
  tickets: LiveTickets;
  evidence: {
    files: EvidenceFiles;
    intake: EvidenceIntake;
    requests: EvidenceRequests;
    viewing: EvidenceViewing;
  };
  health: HealthFigures;
  rules: { desk: RuleDesk; verdicts: Verdicts; settings: Config['rules'] };
  index: AreaIndex;
  hub: ChangeHub;
  metrics: Metrics;
  /** False until everything runs and again while it stops. */
  isReady(): boolean;
};
