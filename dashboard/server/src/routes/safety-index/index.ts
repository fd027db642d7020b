import type { App } from '../app.ts';
import type { Services } from '../services.ts';
import { analysisRoutes } from './analysis.ts';
import { frameworkRoutes } from './frameworks.ts';
import { importRoutes } from './imports.ts';
import { incidentRoutes } from './incidents.ts';
import { publicationRoutes } from './publications.ts';
import { redStepRoutes } from './red-steps.ts';
import { userRoutes } from './users.ts';

/** The resources of the 平安指数, its evidence, and the people who sign it. */
export function safetyIndexRoutes(app: App, services: Services): void {
  publicationRoutes(app, services);
  analysisRoutes(app, services);
  frameworkRoutes(app, services);
  importRoutes(app, services);
  incidentRoutes(app, services);
  redStepRoutes(app, services);
  userRoutes(app, services);
}
