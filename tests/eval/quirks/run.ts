import { createAddressPolicy } from '../../../gateway/src/base/address.ts';
import { systemClock } from '../../../gateway/src/base/clock.ts';
import { messageOf } from '../../../gateway/src/base/errors.ts';
import { climb } from '../../../gateway/src/cameras/ladder.ts';
import { OnvifScanner } from '../../../gateway/src/onvif/discovery/scanner.ts';
import { OnvifProbe } from '../../../gateway/src/onvif/probe.ts';
import type { Quirk } from '../../simulators/camera/onvif/quirk.ts';
import { quirks } from '../../simulators/camera/onvif/quirks/index.ts';
import { clips, startSimulator } from '../../simulators/camera/simulator.ts';
import { expectations } from './expectations.ts';

export type QuirkResult = {
  quirk: string;
  source: string;
  expected: string;
  reached: string;
  cause: string;
  /** What else was wrong; '' when nothing. */
  note: string;
  matches: boolean;
  seconds: number;
};

/** One healthy camera apart from its quirk, found by the product's scanner and climbed with the product's probe. */
async function runQuirk(quirk: Quirk): Promise<QuirkResult> {
  const startedMs = performance.now();
  const expectation = expectations[quirk.name];
  const spec = {
    quirk: quirk.behaviour,
    ...(quirk.auth ? { auth: quirk.auth } : {}),
    ...(quirk.faults ? { faults: quirk.faults } : {}),
    ...(quirk.clip === 'h265' ? { clip: clips.streetH265 } : {}),
  };
  const simulator = await startSimulator({ cameras: [spec], discoveryPort: 0, seed: quirk.name });
  try {
    const [camera] = simulator.cameras;
    if (!camera) throw new Error('no camera');
    const policy = createAddressPolicy({ networks: [], allowLoopback: true });
    const scanner = new OnvifScanner({
      policy,
      clock: systemClock,
      discoveryPort: simulator.discoveryPort ?? 0,
    });
    const device = await scanner.look('127.0.0.1');
    const deviceUrl = device?.addresses.find((url) => policy.allows(new URL(url).hostname));
    if (deviceUrl === undefined) throw new Error('not found by the scan');
    const reached = await climb(new OnvifProbe(systemClock), deviceUrl, simulator.credentials);
    let note = '';
    try {
      await expectation?.also?.({ camera, login: simulator.credentials, reached });
    } catch (error) {
      note = messageOf(error);
    }
    const expected = expectation
      ? `${expectation.state} / ${expectation.cause}`
      : 'no expectation is written down';
    const got = `${reached.state} / ${reached.cause}`;
    return {
      quirk: quirk.name,
      source: quirk.source,
      expected,
      reached: got,
      cause: reached.detail,
      note,
      matches: expected === got && note === '',
      seconds: (performance.now() - startedMs) / 1000,
    };
  } finally {
    await simulator.stop();
  }
}

const CONCURRENT = 4;

/** Runs every quirk, a few at a time. @param onResult called as they end */
export async function runQuirks(
  onResult: (result: QuirkResult) => void = () => undefined,
): Promise<QuirkResult[]> {
  const results: QuirkResult[] = [];
  const waiting = quirks.values();
  const work = async () => {
    for (const quirk of waiting) {
      const result = await runQuirk(quirk).catch(
        (error: unknown): QuirkResult => ({
          quirk: quirk.name,
          source: quirk.source,
          expected: expectations[quirk.name]?.state ?? '',
          reached: 'nothing',
          cause: messageOf(error),
          note: '',
          matches: false,
          seconds: 0,
        }),
      );
      results.push(result);
      onResult(result);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, work));
  return results;
}
