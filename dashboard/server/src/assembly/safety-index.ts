import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Sessions } from '../auth/sessions.ts';
import { timestamp } from '../base/clock.ts';
import { StartError } from '../base/errors.ts';
import { isTimeZone } from '../base/zoned-time.ts';
import { createImports } from '../reports/imports.ts';
import type { SafetyIndexServices } from '../routes/safety-index/services.ts';
import { createFrameworks } from './framework-service.ts';
import { createIncidents, createRedSteps, createUsers, type WriteIncidents } from './index-evidence.ts';
import { createAnalysis } from './publication-analysis.ts';
import { FrameworkShelf, type IndexContext, PublicationShelf, pageOf } from './publication-context.ts';
import { PublicationEngine } from './publication-engine.ts';
import { PublicationJob } from './publication-job.ts';
import { createPublications } from './publication-service.ts';

const REPOSITORY = resolve(import.meta.dirname, '../../../..');
const FRAMEWORK = join(REPOSITORY, 'config/index/pingan.yaml');

/** Name and version of this software, as results name it. */
function softwareVersion(): string {
  const text: { version: string } = JSON.parse(
    readFileSync(join(REPOSITORY, 'dashboard/package.json'), 'utf8'),
  );
  return `pingan-dashboard ${text.version}`;
}

/** Everything of the 平安指数: the services that routes ask and the job that runs. Throws a StartError for a wrong time zone. */
export function assembleSafetyIndex(
  given: Omit<IndexContext, 'engine' | 'software' | 'frameworks' | 'publications'>,
  sessions: Sessions,
): { services: SafetyIndexServices; job: PublicationJob } {
  const { store, areas, config, now } = given;
  if (!isTimeZone(config.timeZone)) {
    throw new StartError(
      `timeZone: "${config.timeZone}" is no time zone: take an IANA name such as Asia/Shanghai`,
    );
  }
  const context: IndexContext = {
    ...given,
    engine: new PublicationEngine(),
    software: softwareVersion(),
    frameworks: new FrameworkShelf(store),
    publications: new PublicationShelf(store),
  };
  const publications = createPublications(context);
  const frameworks = createFrameworks(context);
  const areaKind = (code: string) =>
    areas.has(code) ? (areas.isParent(code) ? 'parent' : 'leaf') : 'unknown';
  const writeIncidents: WriteIncidents = (reports, audit) =>
    store.incidents.write(
      reports.map((report) => ({ ...report, id: randomUUID() })),
      { ...audit, detail: `${reports.length}` },
    );
  const imports = createImports({
    writeIncidents,
    writeMeasures: store.measures.writeMeasures,
    writePopulations: store.measures.writePopulations,
    keepReport: store.measures.addImport,
    areaKind,
    timeZone: config.timeZone,
    now,
  });
  const present = <T extends { at: Date }>(report: T) => ({ ...report, at: timestamp(report.at) });
  const services: SafetyIndexServices = {
    publications: publications.service,
    analysis: createAnalysis(context),
    frameworks,
    imports: {
      list: (query) =>
        pageOf(query, store.measures.imports, { position: ({ at, id }) => ({ at, id }), present }),
      template: imports.template,
      run: async (upload) => present(await imports.run(upload)),
    },
    incidents: createIncidents(
      context,
      (at) => ({ areaKind, timeZone: config.timeZone, now: at }),
      writeIncidents,
    ),
    redSteps: createRedSteps(context),
    users: createUsers(context, sessions),
  };
  const job = new PublicationJob({
    context,
    compute: publications.computeProvisional,
    prepare: () => frameworks.install(FRAMEWORK),
  });
  return { services, job };
}
