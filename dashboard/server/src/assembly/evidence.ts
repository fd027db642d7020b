import { join } from 'node:path';
import type { Now } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import type { Config } from '../config/schema.ts';
import { EvidenceFiles } from '../evidence/evidence-files.ts';
import { EvidenceIntake } from '../evidence/intake.ts';
import { EvidenceRequests } from '../evidence/requests.ts';
import { EvidenceViewing } from '../evidence/viewing.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Store } from '../store/store.ts';

export type EvidenceParts = {
  files: EvidenceFiles;
  intake: EvidenceIntake;
  requests: EvidenceRequests;
  viewing: EvidenceViewing;
};

type Surroundings = { store: Store; fleet: Fleet; config: Config; onChanged(): void; now: Now; log: Logger };

const MEGABYTE = 1_000_000;

/** Evidence of alarms: asking for it, taking it, showing it. */
export function assembleEvidence({ store, fleet, config, onChanged, now, log }: Surroundings): EvidenceParts {
  const files = new EvidenceFiles(join(config.dataDir, 'evidence'));
  return {
    files,
    intake: new EvidenceIntake({
      store: store.evidence,
      files,
      authenticate: async (gatewayId, token) => {
        const proven = await fleet.authenticate(gatewayId, Buffer.from(token));
        return proven?.kind === 'gateway' ? proven.gatewayId : null;
      },
      quotaBytes: config.evidence.megabytesPerGateway * MEGABYTE,
      onChanged,
      now,
      log,
    }),
    requests: new EvidenceRequests({
      store: store.evidence,
      send: (gatewayId, command) => fleet.send(gatewayId, command),
      onChanged,
      now,
      log,
    }),
    viewing: new EvidenceViewing({ logViewing: store.evidence.logViewing, now }),
  };
}
