import { join } from 'node:path';
import { createAddressPolicy } from '../base/address.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import { StateStore } from '../base/state-store.ts';
import { DeviceCodes } from '../cameras/device-codes.ts';
import type { GatewayConfig } from '../config/schema.ts';
import { OnvifScanner } from '../onvif/discovery/scanner.ts';
import { OnvifProbe } from '../onvif/probe.ts';
import { type CameraRoster, type Login, RosterError } from '../pipeline.ts';
import { RosterSystem } from './camera-roster.ts';

/** What the command line needs of a gateway's data folder. */
export type OfflineOptions = {
  config: GatewayConfig;
  clock: Clock;
  log: Logger;
  /** Logins of the configuration file, where devices are asked something with one. */
  logins?: readonly Login[];
};

/**
 * The roster of a gateway's data folder for the command line: it asks no camera for its ladder and opens no stream. A gateway that runs on
 * the same folder sees every change within a second.
 */
export function withRoster<T>(
  options: OfflineOptions,
  work: (roster: CameraRoster) => Promise<T> | T,
): Promise<T> {
  return withRosterSystem(options, ({ system }) => work(system.roster));
}

/** The same with all that orders of a person to a device need. */
export async function withRosterSystem<T>(
  { config, clock, log, logins = [] }: OfflineOptions,
  work: (parts: { system: RosterSystem; values: StateStore }) => Promise<T> | T,
): Promise<T> {
  const { networks, allowLoopback = false } = config.cameras;
  const policy = createAddressPolicy({ networks, allowLoopback });
  const values = new StateStore(join(config.gateway.dataDir, 'state.db'));
  const notHere = () => Promise.reject(new RosterError('refused', 'only the running gateway can do that'));
  const system = new RosterSystem({
    config,
    codes: new DeviceCodes(values, config.site),
    probe: new OnvifProbe(clock),
    scanner: new OnvifScanner({ policy, clock }),
    policy,
    logins,
    configured: [],
    probeNow: () => {},
    streams: {
      streamState: () => undefined,
      put: () => {},
      putStream: () => {},
      dropStream: () => {},
      rename: () => {},
      picture: notHere,
      testAlarm: notHere,
    },
    onIdentity: () => {},
    onChange: () => {},
    clock,
    log,
  });
  values.start();
  system.open();
  try {
    return await work({ system, values });
  } finally {
    await system.stop();
    await values.stop();
  }
}
