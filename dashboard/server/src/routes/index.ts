import type { App } from './app.ts';
import { areaRoutes } from './areas.ts';
import { cameraRoutes } from './cameras.ts';
import { deviceRoutes } from './devices.ts';
import { eventRoutes } from './events.ts';
import { evidenceRoutes } from './evidence.ts';
import { evidenceUploadRoutes } from './evidence-uploads.ts';
import { gatewayRoutes } from './gateways.ts';
import { healthRoutes } from './health.ts';
import { liveRoutes } from './live.ts';
import { operationRoutes } from './operations.ts';
import { ruleRoutes } from './rules.ts';
import { safetyIndexRoutes } from './safety-index/index.ts';
import type { Services } from './services.ts';
import { sessionRoutes } from './session.ts';
import { streamRoutes } from './stream.ts';

/** Every resource of the REST interface, one line each. */
export function registerRoutes(app: App, services: Services): void {
  sessionRoutes(app, services);
  eventRoutes(app, services);
  evidenceRoutes(app, services);
  evidenceUploadRoutes(app, services);
  cameraRoutes(app, services);
  healthRoutes(app, services);
  deviceRoutes(app, services);
  gatewayRoutes(app, services);
  ruleRoutes(app, services);
  areaRoutes(app, services);
  safetyIndexRoutes(app, services);
  liveRoutes(app, services);
  streamRoutes(app, services);
  operationRoutes(app, services);
}
