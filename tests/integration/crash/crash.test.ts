import { describe, expect, test } from 'vitest';
import { runCrash } from '../../crash/crash.ts';

/** The long run is `npm run test:crash`; this one says quickly when something is broken. */
describe('kill -9 under load', () => {
  test('three kills each of gateway and centre lose nothing, double nothing and leave no alarm half told', async () => {
    const ending = new AbortController();
    const lines: string[] = [];
    const report = await runCrash({
      kills: 3,
      targets: 'all',
      seed: 20_261_122,
      perSecond: 60,
      signal: ending.signal,
      say: (line) => lines.push(line),
    });
    expect(lines).toHaveLength(7);
    expect(report.kills).toEqual({ gateway: 3, centre: 3 });
    expect(report.accepted).toBeGreaterThan(100);
    expect(report).toMatchObject({ lost: 0, duplicates: 0, unknown: 0, stuckAlarms: 0, unraisedAlarms: 0 });
  }, 180_000);
});
