import { localTime } from '../../base/clock.ts';
import { type Check, found, ok } from './check.ts';
import type { Machine } from './machine.ts';

type Finding = Omit<Check, 'id'>;

/** As in the health report: beyond this the gateway says itself that its clock is not to be trusted, ms. */
const TRUSTED_OFFSET_MS = 2000;
/** No gateway works before this product was made; a box without a battery wakes in 1970 or 2000. */
const FIRST_PLAUSIBLE_MS = Date.UTC(2026, 0, 1);
const LAST_PLAUSIBLE_MS = Date.UTC(2060, 0, 1);
const GIB = 2 ** 30;

/** @param offsetMs the centre's clock minus ours; null while the centre has told none */
export function checkTime(nowMs: number, offsetMs: number | null): Finding {
  const reading = localTime(nowMs);
  if (nowMs < FIRST_PLAUSIBLE_MS || nowMs > LAST_PLAUSIBLE_MS)
    return found('failed', 'clock-implausible', reading);
  if (offsetMs === null) return found('unknown', 'clock-not-compared', reading);
  const seconds = `${offsetMs >= 0 ? '+' : '−'}${(Math.abs(offsetMs) / 1000).toFixed(1)} s`;
  return Math.abs(offsetMs) > TRUSTED_OFFSET_MS
    ? found('failed', 'clock-off', seconds)
    : ok(`${reading} (${seconds})`);
}

/** Events need little, evidence fills what there is: below 5 % clips are thrown away, below 15 % or 2 GiB soon. */
export async function checkDisk(machine: Machine, folder: string): Promise<Finding> {
  try {
    const { freeBytes, totalBytes } = await machine.disk(folder);
    const share = totalBytes > 0 ? freeBytes / totalBytes : 0;
    const reading = `${(freeBytes / GIB).toFixed(1)} / ${(totalBytes / GIB).toFixed(1)} GiB (${Math.round(share * 100)} %)`;
    if (share < 0.05) return found('failed', 'disk-full', reading);
    return share < 0.15 || freeBytes < 2 * GIB ? found('warning', 'disk-low', reading) : ok(reading);
  } catch {
    return found('failed', 'not-readable', folder.slice(-256));
  }
}

/** Five-minute load: more than 1.5 waiting per core and pictures are dropped. */
export function checkCpu(machine: Machine): Finding {
  const { cores, load } = machine.cpu();
  const reading = `${load.toFixed(2)} / ${cores}`;
  return load > 1.5 * cores ? found('warning', 'cpu-busy', reading) : ok(reading);
}

/** The hottest thermal zone. Box makers give 85 °C as the limit of most such processors before they slow down. */
export function checkTemperature(machine: Machine): Finding {
  const folder = '/sys/class/thermal';
  const degrees = machine
    .list(folder)
    .filter((name) => /^thermal_zone\d+$/.test(name))
    .map((name) => Number(machine.read(`${folder}/${name}/temp`) ?? Number.NaN) / 1000)
    .filter((value) => Number.isFinite(value) && value > -50 && value < 150);
  if (degrees.length === 0) return found('unknown', 'no-sensor');
  const hottest = Math.max(...degrees);
  const reading = `${hottest.toFixed(0)} °C`;
  if (hottest >= 85) return found('failed', 'too-hot', reading);
  return hottest >= 75 ? found('warning', 'warm', reading) : ok(reading);
}
