import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { assemble, type DashboardOptions } from './assembly/parts.ts';
import type { PublicationJob } from './assembly/publication-job.ts';
import { ensureFirstUser } from './auth/first-user.ts';
import { hashPassword } from './auth/passwords.ts';
import { codeOf, explainFileError, StartError } from './base/errors.ts';
import { type Startable, startAll } from './base/lifecycle.ts';
import type { Config } from './config/schema.ts';
import { loadCommandKey } from './fleet/command-key.ts';
import type { Fleet } from './fleet/fleet.ts';
import { buildHttp } from './http.ts';
import type { Ingest } from './ingest/ingest.ts';
import { SAMPLE_AREAS } from './registry/sample-areas.ts';
import type { App } from './routes/app.ts';
import type { Services } from './routes/services.ts';
import type { Store } from './store/store.ts';

const WEB = resolve(import.meta.dirname, '../../web/dist');

/** A dashboard that runs: what tests and the demonstration may ask of it. */
export type Dashboard = {
  /** http://host:port */
  url: string;
  brokerUrl: string;
  services: Services;
  fleet: Fleet;
  ingest: Ingest;
  publishing: PublicationJob;
  store: Store;
  /** The file of the first password when it was generated at this start. */
  passwordFile: string | null;
  /** Drains and stops everything; may be called twice. */
  stop(): Promise<void>;
};

type Parts = ReturnType<typeof assemble>;

async function prepareFolder(dataDir: string): Promise<void> {
  try {
    // Others may pass through but not list: the database's user must reach its folder below.
    await mkdir(dataDir, { recursive: true, mode: 0o711 });
  } catch (error) {
    throw explainFileError(dataDir, error);
  }
}

/** What a new database begins with: the sample areas and the first user. */
async function prepareContent({ store, sessions }: Parts, config: Config, now: () => number) {
  if (config.sampleAreas) await store.places.add(SAMPLE_AREAS);
  return ensureFirstUser({
    dataDir: config.dataDir,
    given: config.adminPassword,
    ports: {
      find: store.people.findUser,
      add: (user) => sessions.addUser(user),
      setPassword: async (username, password) =>
        store.people.setPassword(username, await hashPassword(password), {
          at: new Date(now()),
          actor: 'system',
        }),
    },
  });
}

async function listen(app: App, { host, port }: Config['http']): Promise<{ url: string; port: number }> {
  try {
    const url = await app.listen({ host, port });
    return { url, port: Number(new URL(url).port) || 80 };
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE') {
      throw new StartError(
        `port ${port} is taken: stop the program that uses it or set PINGAN_PORT (http.port) to another`,
        { cause: error },
      );
    }
    if (codeOf(error) === 'EADDRNOTAVAIL' || codeOf(error) === 'EACCES') {
      throw new StartError(
        `cannot listen on ${host}:${port}: set http.host and http.port to an address of this machine`,
        {
          cause: error,
        },
      );
    }
    throw error;
  }
}

/**
 * Starts everything in order and resolves when the dashboard is ready. When a part fails, those before it are stopped again.
 * Throws a StartError with one sentence for what an operator can mend.
 */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
  const { config, log } = options;
  await prepareFolder(config.dataDir);
  const parts = assemble(options);
  const { store, fleet, ingest, broker, sockets, services } = parts;
  let url = '';
  let passwordFile: string | null = null;
  const http = await buildHttp({ services, log, webFolder: WEB, publicUrl: config.http.publicUrl });
  const web: Startable = {
    start: async () => {
      const listening = await listen(http, config.http);
      url = listening.url;
      parts.setHttpPort(listening.port);
      sockets.attach(http.server);
    },
    stop: async () => {
      sockets.stop();
      await http.close();
    },
  };
  const content: Startable = {
    start: async () => {
      parts.setKey(await loadCommandKey(config.dataDir));
      passwordFile = (await prepareContent(parts, config, services.now)).file;
    },
    stop: () => {},
  };
  const { watch, areas, hub, index, housekeeping, relay, publishing } = parts.parts;
  const stopAll = await startAll([
    store,
    content,
    areas,
    housekeeping,
    watch,
    hub,
    index,
    publishing,
    web,
    relay,
    ingest,
    broker,
    fleet,
  ]);
  parts.setReady(true);
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    parts.setReady(false);
    await ingest.processAll();
    await stopAll();
  };
  return {
    url,
    brokerUrl: `mqtt://${config.broker.host}:${broker.port}`,
    services,
    fleet,
    ingest,
    publishing,
    store,
    passwordFile,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}
