import type { StreamState } from '@pingan/models/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCameraAlarm } from '../../../gateway/src/health/camera-alarm.ts';

const since = '2026-11-22T04:00:00.000Z';
const streaming: StreamState = { kind: 'streaming', since };
const connecting: StreamState = { kind: 'connecting', since, attempt: 1 };
const stopped: StreamState = { kind: 'stopped', since };
const failed: StreamState = {
  kind: 'failed',
  since,
  fault: 'unauthorized',
  message: 'store the right password',
  retryAt: null,
};

/** Observes one state per second; gives `kind@second`. */
function live(states: readonly StreamState[], alarm = createCameraAlarm()): string[] {
  return states.flatMap((state, second) => {
    const outcome = alarm.observe(state, second * 1000);
    return outcome ? [`${outcome.kind}@${second}`] : [];
  });
}

const times = (count: number, state: StreamState) => Array<StreamState>(count).fill(state);

describe('camera alarm', () => {
  test('is raised once after ten seconds down and cleared after three seconds of streaming', () => {
    expect(live([...times(5, streaming), ...times(30, failed), ...times(10, streaming)])).toEqual([
      'raised@15',
      'cleared@38',
    ]);
  });

  test('tells fault, message and time down', () => {
    const alarm = createCameraAlarm();
    alarm.observe(failed, 0);
    expect(alarm.observe(connecting, 12_000)).toEqual({
      kind: 'raised',
      type: 'camera-offline',
      fault: 'unauthorized',
      message: 'store the right password',
      downSeconds: 12,
    });
    alarm.observe(streaming, 20_000);
    expect(alarm.observe(streaming, 24_000)).toMatchObject({ kind: 'cleared', downSeconds: 20 });
  });

  test('takes retries for time down', () => {
    const retries = Array.from({ length: 20 }, (_, second) => (second % 3 === 0 ? failed : connecting));
    expect(live(retries)).toEqual(['raised@10']);
  });

  test('makes no alarm of flaps', () => {
    const flaps = Array.from({ length: 60 }, (_, second) => (second % 9 < 8 ? failed : streaming));
    expect(live(flaps)).toEqual([]);
  });

  test('does not clear for a moment of streaming', () => {
    expect(live([...times(12, failed), ...times(2, streaming), ...times(20, failed)])).toEqual(['raised@10']);
  });

  test('waits for a first failure while a new camera connects', () => {
    expect(live(times(60, connecting))).toEqual([]);
  });

  test('is cleared when the camera is stopped on purpose', () => {
    expect(live([...times(12, failed), stopped, ...times(20, stopped)])).toEqual(['raised@10', 'cleared@12']);
  });

  test('raises and clears in turn, whatever the states', () => {
    const states = fc.array(fc.constantFrom(streaming, connecting, failed, stopped), { maxLength: 200 });
    fc.assert(
      fc.property(states, (sequence) => {
        const kinds = live(sequence).map((each) => each.split('@')[0]);
        expect(kinds).toEqual(kinds.map((_, index) => (index % 2 === 0 ? 'raised' : 'cleared')));
      }),
    );
  });
});
