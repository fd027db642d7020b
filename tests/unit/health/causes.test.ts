import {
  CAMERA_FAULTS,
  CAUSE_LAYERS,
  type CameraFault,
  FAULT_LAYERS,
  type StreamState,
} from '@pingan/models/contract';
import { describe, expect, test } from 'vitest';
import { causesOf } from '../../../gateway/src/health/causes.ts';

const since = '2026-11-22T04:00:00.000Z';
const streaming: StreamState = { kind: 'streaming', since };
const failed = (fault: CameraFault): StreamState => ({
  kind: 'failed',
  since,
  fault,
  message: '',
  retryAt: null,
});
const packets = (findings: 'clock-wrong'[]) => ({
  fps: 25,
  bitrateKbps: 1000,
  gopLength: 50,
  lossRatio: 0,
  jitterMs: 1,
  clockOffsetMs: 0,
  findings,
});

describe('the ladder of causes', () => {
  test('goes from the network to the picture', () => {
    expect(CAUSE_LAYERS).toEqual([
      'network',
      'port',
      'authentication',
      'clock',
      'rtsp',
      'packets',
      'keyframe',
      'decode',
      'picture',
    ]);
  });

  test('has a layer for every fault', () => {
    for (const fault of Object.keys(CAMERA_FAULTS)) expect(FAULT_LAYERS).toHaveProperty(fault);
  });

  test('is empty for a camera that is well or is not judged yet', () => {
    expect(causesOf({ state: streaming, isPictureGood: true })).toEqual([]);
    expect(causesOf({ state: streaming, isPictureGood: null })).toEqual([]);
  });

  test('names the fault of the stream, and no picture behind it', () => {
    expect(causesOf({ state: failed('port-closed'), isPictureGood: false })).toEqual(['port']);
    expect(causesOf({ state: failed('decode-errors'), isPictureGood: false })).toEqual(['decode']);
  });

  test('names a wrong clock before the picture', () => {
    const facts = { state: streaming, packets: packets(['clock-wrong']), isPictureGood: false };
    expect(causesOf(facts)).toEqual(['clock', 'picture']);
  });
});
