import type { CameraFault, StreamState } from '@pingan/models/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createNetworkOutage,
  type NetworkOutageOptions,
} from '../../../gateway/src/health/network-outage.ts';

const since = '2026-11-22T04:00:00.000Z';
const up: StreamState = { kind: 'streaming', since };
const down = (fault: CameraFault = 'unreachable'): StreamState => ({
  kind: 'failed',
  since,
  fault,
  message: 'check the cable',
  retryAt: null,
});

/** A site of cameras, looked at once a second. Camera n of network a has the id `a<n>`. */
function site(sizes: Readonly<Record<string, number>>, options: Partial<NetworkOutageOptions> = {}) {
  const outage = createNetworkOutage(options);
  const states = new Map<string, StreamState>();
  for (const [network, size] of Object.entries(sizes))
    for (let index = 0; index < size; index++) states.set(`${network}${index}`, up);
  let second = 0;
  const said: string[] = [];
  const groupsOf = (id: string) => [
    { scope: 'host' as const, name: id },
    { scope: 'network' as const, name: id.charAt(0) },
    { scope: 'gateway' as const, name: 'gateway' },
  ];
  const look = () => {
    for (const [id, state] of states) {
      for (const outcome of outage.observe({ id, groups: groupsOf(id) }, state, second * 1000)) {
        if (outcome.kind === 'camera')
          said.push(`${outcome.alarm.kind} ${id === outcome.cameraId ? id : outcome.cameraId}@${second}`);
        else
          said.push(
            `${outcome.phase} ${outcome.group.name}:${outcome.fallen.length}/${outcome.total}@${second}`,
          );
      }
    }
  };
  return {
    said,
    set(ids: readonly string[], state: StreamState) {
      for (const id of ids) states.set(id, state);
    },
    pass(seconds: number) {
      for (const end = second + seconds; second < end; second++) look();
    },
  };
}

const ids = (network: string, count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `${network}${from + index}`);

describe('cameras that fall together', () => {
  test('make one alarm that lists them, cleared when all are back', () => {
    const { set, pass, said } = site({ a: 50 });
    pass(1);
    set(ids('a', 20), down());
    pass(4);
    set(ids('a', 30, 20), down('no-packets'));
    pass(30);
    set(ids('a', 49), up);
    pass(10);
    set(['a49'], up);
    pass(10);
    expect(said).toEqual(['raised a:50/50@11', 'cleared a:50/50@48']);
  });

  test('make no alarm at all when they are back soon', () => {
    const { set, pass, said } = site({ a: 10 });
    set(ids('a', 10), down());
    pass(9);
    set(ids('a', 10), up);
    pass(30);
    expect(said).toEqual([]);
  });

  test('are alone when they are too few, or too small a part of their network', () => {
    const few = site({ a: 2 });
    few.set(ids('a', 2), down());
    few.pass(15);
    expect(few.said).toEqual(['raised a0@10', 'raised a1@10']);
    const part = site({ a: 10 });
    part.set(ids('a', 4), down());
    part.pass(15);
    expect(part.said).toHaveLength(4);
  });

  test('are alone when they fall one after the other', () => {
    const { set, pass, said } = site({ a: 4 });
    for (const id of ids('a', 4)) {
      set([id], down());
      pass(11);
    }
    expect(said.map((each) => each.split('@')[0])).toEqual([
      'raised a0',
      'raised a1',
      'raised a2',
      'raised a3',
    ]);
  });

  test('take a late one in, and say so', () => {
    const { set, pass, said } = site({ a: 6 });
    set(ids('a', 5), down());
    pass(20);
    set(['a5'], down());
    pass(20);
    expect(said).toEqual(['raised a:5/6@10', 'updated a:6/6@30']);
  });

  test('leave stragglers behind, who are raised alone, and cleared alone', () => {
    const { set, pass, said } = site({ a: 10 }, { settleSeconds: 30 });
    set(ids('a', 10), down());
    pass(20);
    set(ids('a', 8), up);
    pass(60);
    set(['a8', 'a9'], up);
    pass(10);
    expect(said).toEqual([
      'raised a:10/10@10',
      'cleared a:10/10@53',
      'raised a8@53',
      'raised a9@53',
      'cleared a8@83',
      'cleared a9@83',
    ]);
  });

  test('stay one outage while enough of them are down, however long', () => {
    const { set, pass, said } = site({ a: 10 }, { settleSeconds: 30 });
    set(ids('a', 10), down());
    pass(20);
    set(ids('a', 3), up);
    pass(600);
    expect(said).toEqual(['raised a:10/10@10']);
  });

  test('of several networks are one alarm of the gateway', () => {
    const { set, pass, said } = site({ a: 5, b: 5 });
    set([...ids('a', 5), ...ids('b', 5)], down());
    pass(20);
    expect(said).toEqual(['raised gateway:10/10@10']);
  });

  test('of one network are no alarm of the gateway, though they are most of its cameras', () => {
    const { set, pass, said } = site({ a: 9, b: 2 });
    set(ids('a', 9), down());
    pass(20);
    expect(said).toEqual(['raised a:9/9@10']);
  });

  test('by a fault that no network makes are alone', () => {
    const { set, pass, said } = site({ a: 5 });
    set(ids('a', 5), down('unauthorized'));
    pass(20);
    expect(said).toHaveLength(5);
  });

  test('are waited for even where flaps are not', () => {
    const { set, pass, said } = site({ a: 5 }, { flapSeconds: 0 });
    set(['a0'], down());
    pass(5);
    set(ids('a', 4, 1), down());
    pass(20);
    expect(said).toEqual(['raised a:5/5@10']);
  });
});

test('whatever happens, alarms of a camera and of a network open and close in turn', () => {
  const step = fc.record({
    chosen: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 6 }),
    state: fc.constantFrom(up, down(), down('unauthorized')),
    seconds: fc.integer({ min: 1, max: 40 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const { set, pass, said } = site({ a: 6 }, { settleSeconds: 15 });
      for (const { chosen, state, seconds } of steps) {
        set(
          chosen.map((index) => `a${index}`),
          state,
        );
        pass(seconds);
      }
      set(ids('a', 6), up);
      pass(60);
      const open = new Set<string>();
      for (const line of said) {
        const [phase = '', who = ''] = line.split(/[ :@]/);
        if (phase === 'raised') expect(open.has(who)).toBe(false);
        else expect(open.has(who)).toBe(true);
        if (phase === 'cleared') open.delete(who);
        else open.add(who);
      }
      expect([...open]).toEqual([]);
    }),
  );
});
