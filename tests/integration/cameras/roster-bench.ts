import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RosterSystem, type RosterSystemOptions } from '../../../gateway/src/assembly/camera-roster.ts';
import { createAddressPolicy } from '../../../gateway/src/base/address.ts';
import { systemClock } from '../../../gateway/src/base/clock.ts';
import { silentLogger } from '../../../gateway/src/base/log.ts';
import { StateStore } from '../../../gateway/src/base/state-store.ts';
import { DeviceCodes } from '../../../gateway/src/cameras/device-codes.ts';
import type { GatewayConfig } from '../../../gateway/src/config/schema.ts';
import { OnvifScanner } from '../../../gateway/src/onvif/discovery/scanner.ts';
import { OnvifProbe } from '../../../gateway/src/onvif/probe.ts';
import type { Camera, Login } from '../../../gateway/src/pipeline.ts';

export type IdentityCall = { phase: 'raised' | 'cleared'; id: string; why: string };

export type RosterBench = {
  system: RosterSystem;
  dataDir: string;
  /** Cameras at work, by id. */
  cameras: Map<string, Camera>;
  identity: IdentityCall[];
  /** A second system on the same folder, as the command line is one; not started. */
  another(): RosterSystem;
  /** Ends the system and starts another one on the same folder. */
  restart(): Promise<RosterSystem>;
  end(): Promise<void>;
};

export type RosterBenchOptions = {
  logins?: readonly Login[];
  followMoved?: 'digest' | 'ask';
  probe?: RosterSystemOptions['probe'];
  clock?: RosterSystemOptions['clock'];
  networks?: readonly string[];
};

/** The roster with its real store, vault and ONVIF client; streams are only noted. */
export function rosterBench(options: RosterBenchOptions = {}): RosterBench {
  const { logins = [], followMoved = 'digest', clock = systemClock, networks = [] } = options;
  const dataDir = mkdtempSync(join(tmpdir(), 'pingan-roster-'));
  const cameras = new Map<string, Camera>();
  const identity: IdentityCall[] = [];
  const config: GatewayConfig = {
    gateway: { id: 'gw-roster', dataDir },
    site: { centre: '44030600', industry: '01', network: '7' },
    centre: { credentialsFile: './none' },
    cameras: { networks: [...networks], allowLoopback: true, followMoved },
  };
  const values = new StateStore(join(dataDir, 'state.db'));
  values.start();
  const policy = createAddressPolicy({ networks, allowLoopback: true });
  const create = () =>
    new RosterSystem({
      config,
      codes: new DeviceCodes(values, config.site),
      probe: options.probe ?? new OnvifProbe(clock),
      scanner: new OnvifScanner({ policy, clock }),
      policy,
      logins,
      configured: [],
      probeNow: () => {},
      streams: {
        streamState: () => undefined,
        put: (camera) => void cameras.set(camera.id, camera),
        putStream: (camera) => void cameras.set(camera.id, camera),
        dropStream: (id) => void cameras.delete(id),
        rename: () => {},
        picture: () => Promise.reject(new Error('no pictures here')),
        testAlarm: () => Promise.reject(new Error('no alarms here')),
      },
      onIdentity: (phase, { id }, why) => void identity.push({ phase, id, why }),
      onChange: () => {},
      clock,
      log: silentLogger,
    });
  const bench: RosterBench = {
    system: create(),
    dataDir,
    cameras,
    identity,
    another: create,
    restart: async () => {
      await bench.system.stop();
      cameras.clear();
      bench.system = create();
      bench.system.start();
      return bench.system;
    },
    end: async () => {
      await bench.system.stop();
      await values.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  bench.system.start();
  return bench;
}
