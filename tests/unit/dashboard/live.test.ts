import { encodeMedia } from '@pingan/models/contract';
import { describe, expect, test } from 'vitest';
import { Channel } from '../../../dashboard/server/src/live/channel.ts';
import { TicketBox } from '../../../dashboard/server/src/live/tickets.ts';
import { Viewer } from '../../../dashboard/server/src/live/viewer.ts';

class FakeSocket {
  bufferedAmount = 0;
  sent: (string | Uint8Array)[] = [];
  closed: number | null = null;
  send(data: string | Uint8Array) {
    this.sent.push(data);
  }
  isCut = false;
  close(code: number) {
    this.closed = code;
  }
  terminate() {
    this.isCut = true;
  }
}
const unit = (kind: 'init' | 'key' | 'delta', at = 0) => encodeMedia(kind, at, new Uint8Array(10));
const START = JSON.stringify({ kind: 'start', codec: 'h264', mimeCodec: 'avc1.640028', width: 8, height: 8 });

describe('a slow viewer', () => {
  test('gets nothing above 2 MB until a keyframe finds its buffer low', () => {
    const socket = new FakeSocket();
    const viewer = new Viewer(socket, 0);
    viewer.sendUnit(unit('key'), true, 0);
    viewer.sendUnit(unit('delta'), false, 100);
    socket.bufferedAmount = 2_000_001;
    viewer.sendUnit(unit('delta'), false, 200);
    socket.bufferedAmount = 1_000_000;
    viewer.sendUnit(unit('key'), true, 300);
    socket.bufferedAmount = 0;
    viewer.sendUnit(unit('delta'), false, 400);
    expect(socket.sent).toHaveLength(2);
    viewer.sendUnit(unit('key'), true, 500);
    expect(socket.sent).toHaveLength(3);
    expect([viewer.skipped, socket.isCut]).toEqual([3, false]);
  });

  test('is cut when its buffer stays full for ten seconds', () => {
    const socket = new FakeSocket();
    const viewer = new Viewer(socket, 0);
    socket.bufferedAmount = 3_000_000;
    viewer.sendUnit(unit('key'), true, 9_999);
    expect(socket.isCut).toBe(false);
    viewer.sendUnit(unit('key'), true, 10_001);
    expect(socket.isCut).toBe(true);
  });

  test('that waits for a keyframe on a free connection is not sent away', () => {
    const socket = new FakeSocket();
    const viewer = new Viewer(socket, 0);
    for (let at = 0; at < 60_000; at += 1000) viewer.sendUnit(unit('delta'), false, at);
    expect([socket.sent, socket.isCut]).toEqual([[], false]);
  });
});

describe('a channel', () => {
  test('takes media only after a start message and an init segment', () => {
    const channel = new Channel();
    expect(channel.onBinary(unit('init'), 0)).toBe(false);
    expect(channel.onText('{"kind":"start"}')).toBe(false);
    expect(channel.onText(START)).toBe(true);
    expect(channel.onBinary(unit('key'), 0)).toBe(false);
    expect(channel.onBinary(unit('init'), 0)).toBe(true);
    expect(channel.onBinary(unit('key'), 0)).toBe(true);
  });

  test('shows nothing of the stream before after a new start or a new publisher', () => {
    const channel = new Channel();
    channel.onText(START);
    for (const kind of ['init', 'key', 'delta'] as const) channel.onBinary(unit(kind), 0);
    channel.onText(START);
    const afterStart = new FakeSocket();
    channel.add(afterStart, 0);
    expect(afterStart.sent).toEqual([START]);
    channel.reset();
    const afterReset = new FakeSocket();
    channel.add(afterReset, 0);
    expect(afterReset.sent).toEqual([]);
  });

  test('keeps at most a thousand pictures of a long group', () => {
    const channel = new Channel();
    channel.onText(START);
    channel.onBinary(unit('init'), 0);
    channel.onBinary(unit('key'), 0);
    for (let i = 0; i < 1200; i += 1) channel.onBinary(unit('delta'), 0);
    const socket = new FakeSocket();
    channel.add(socket, 0);
    expect(socket.sent).toHaveLength(2);
  });
});

describe('a ticket', () => {
  test('is good once, for thirty seconds', () => {
    let now = 0;
    const box = new TicketBox<string>(() => now);
    const { token } = box.issue('first');
    expect(token).toMatch(/^[\w-]{43}$/);
    expect([box.redeem(token), box.redeem(token)]).toEqual(['first', null]);
    const late = box.issue('second').token;
    now = 30_000;
    expect(box.redeem(late)).toBeNull();
  });
});
