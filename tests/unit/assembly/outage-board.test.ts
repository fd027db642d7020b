import { EventDetailSchema, type StreamState } from '@pingan/models/contract';
import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import type { EventDraft } from '../../../gateway/src/assembly/alarm-book.ts';
import { groupsOf, OutageBoard } from '../../../gateway/src/assembly/outage-board.ts';
import { silentLogger } from '../../../gateway/src/base/log.ts';
import type { Camera } from '../../../gateway/src/pipeline.ts';

const since = '2026-11-22T04:00:00.000Z';
const up: StreamState = { kind: 'streaming', since };
const down: StreamState = {
  kind: 'failed',
  since,
  fault: 'unreachable',
  message: 'check the cable',
  retryAt: null,
};

const camera = (index: number, network = '10.0.0'): Camera => ({
  id: `${network}-${index}`,
  code: `4403060000131${String(index).padStart(7, '0')}`,
  name: `camera ${index}`,
  source: { kind: 'rtsp', url: `rtsp://${network}.${index}/live`, transport: 'tcp' },
});

function board() {
  let nowMs = 0;
  const drafts: EventDraft[] = [];
  const hurried: string[] = [];
  const outages = new OutageBoard({
    gatewayId: 'gw-1',
    emit: async (draft) => void drafts.push(draft),
    hurry: (id) => hurried.push(id),
    clock: { now: () => 1_700_000_000_000 + nowMs, monotonic: () => nowMs },
    log: silentLogger,
  });
  const pass = async (cameras: readonly Camera[], state: StreamState, seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      nowMs += 1000;
      for (const each of cameras) outages.observe(each, state);
    }
    await outages.drain();
  };
  return { outages, drafts, hurried, pass };
}

describe('the board of outages', () => {
  test('makes one event of a fallen network, with its cameras in the detail', async () => {
    const { drafts, pass } = board();
    const cameras = Array.from({ length: 5 }, (_, index) => camera(index));
    await pass(cameras, up, 2);
    await pass(cameras, down, 20);
    await pass(cameras, up, 10);
    expect(drafts.map(({ phase, type }) => `${type} ${phase}`)).toEqual([
      'network-outage raised',
      'network-outage cleared',
    ]);
    const [raised, cleared] = drafts;
    expect(raised?.origin).toEqual({ kind: 'gateway', id: 'gw-1', name: '10.0.0.0/24' });
    expect(raised?.detail.outage).toMatchObject({ scope: 'network', fallen: 5, total: 5 });
    expect(raised?.detail.outage?.cameras).toContainEqual({
      id: '10.0.0-3',
      code: camera(3).code,
      name: 'camera 3',
    });
    expect(cleared?.discriminator).toBe(raised?.discriminator);
    expect([...Compile(EventDetailSchema).Errors(raised?.detail)]).toEqual([]);
  });

  test('makes the event of a single camera as before', async () => {
    const { drafts, pass } = board();
    await pass([camera(1)], down, 12);
    await pass([camera(1)], up, 5);
    expect(drafts).toMatchObject([
      { phase: 'raised', type: 'camera-offline', origin: { kind: 'camera', id: '10.0.0-1' } },
      { phase: 'cleared', type: 'camera-offline' },
    ]);
    expect(drafts[0]?.detail.fault).toEqual({ fault: 'unreachable', message: 'check the cable' });
  });

  test('takes the first camera that is back for a hint to the others of its network', async () => {
    const { hurried, pass } = board();
    const here = [camera(1), camera(2), camera(3)];
    const elsewhere = [camera(9, '10.0.9')];
    await pass([...here, ...elsewhere], down, 5);
    await pass([camera(1)], up, 1);
    expect(hurried).toEqual(['10.0.0-2', '10.0.0-3']);
    await pass([camera(2)], up, 1);
    expect(hurried).toHaveLength(2);
  });

  test('clears what a camera raised that is taken from its work', async () => {
    const { outages, drafts, pass } = board();
    await pass([camera(1)], down, 12);
    outages.forget(camera(1));
    await outages.drain();
    expect(drafts.map(({ phase }) => phase)).toEqual(['raised', 'cleared']);
  });

  test('takes a host name for its own network, and a file for none', () => {
    const named: Camera = {
      ...camera(1),
      source: { kind: 'rtsp', url: 'rtsp://nvr.local/1', transport: 'tcp' },
    };
    expect(groupsOf(named).map(({ name }) => name)).toEqual(['nvr.local', 'nvr.local', 'all networks']);
    expect(groupsOf({ ...named, source: { kind: 'file', path: '/x' } })).toEqual([]);
  });
});
