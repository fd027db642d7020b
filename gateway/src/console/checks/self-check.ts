import { type Clock, timestamp } from '../../base/clock.ts';
import { checkCpu, checkDisk, checkTemperature, checkTime } from './box.ts';
import { CHECK_IDS, type Check, type SelfCheck } from './check.ts';
import type { Machine } from './machine.ts';
import { checkAddress, checkCentre, checkGateway, checkNames } from './network.ts';

export type SelfCheckOptions = {
  machine: Machine;
  dataDir: string;
  /** Where the centre's broker is. */
  centre: { host: string; port: number };
  isConnected(): boolean;
  /** The centre's clock minus ours, ms; null while it has told none. */
  clockOffsetMs(): number | null;
  clock: Clock;
};

/** Looks at everything the gateway itself needs, all at once; takes at most about 3 s. */
export async function runSelfCheck(options: SelfCheckOptions): Promise<SelfCheck> {
  const { machine, dataDir, centre, clock } = options;
  const nowMs = clock.now();
  const findings: Record<Check['id'], Omit<Check, 'id'> | Promise<Omit<Check, 'id'>>> = {
    address: checkAddress(machine),
    gateway: checkGateway(machine),
    dns: checkNames(machine, centre.host),
    time: checkTime(nowMs, options.clockOffsetMs()),
    centre: checkCentre(machine, { ...centre, isConnected: options.isConnected() }),
    disk: checkDisk(machine, dataDir),
    cpu: checkCpu(machine),
    temperature: checkTemperature(machine),
  };
  const named = async (id: Check['id']): Promise<Check> => ({ id, ...(await findings[id]) });
  return { at: timestamp(nowMs), checks: await Promise.all(CHECK_IDS.map(named)) };
}
