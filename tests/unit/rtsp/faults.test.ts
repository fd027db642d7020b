import { describe, expect, test } from 'vitest';
import { StreamFaultError } from '../../../gateway/src/pipeline.ts';
import { parseAddress } from '../../../gateway/src/rtsp/address.ts';
import { responseFault, socketFault } from '../../../gateway/src/rtsp/faults.ts';
import { redirectFault } from '../../../gateway/src/rtsp/redirect.ts';

const address = parseAddress('rtsp://admin:CANARY@10.0.0.7/user=admin&password=CANARY');
const systemError = (code: string) => Object.assign(new Error(code), { code });

describe('faults', () => {
  test.each([
    ['ECONNREFUSED', 'port-closed'],
    ['EHOSTUNREACH', 'unreachable'],
    ['ETIMEDOUT', 'unreachable'],
    ['ENOTFOUND', 'unreachable'],
    ['EAI_AGAIN', 'unreachable'],
    ['ECONNRESET', 'disconnected'],
    ['EPIPE', 'disconnected'],
  ])('%s is %s, and the message names the camera but no secret', (code, kind) => {
    const fault = socketFault(systemError(code), address);
    expect(fault.fault).toBe(kind);
    expect(fault.message).toContain('10.0.0.7:554');
    expect(fault.message).not.toContain('CANARY');
    expect(fault.message.length).toBeLessThan(256);
  });

  test('a fault stays the fault it is', () => {
    const fault = new StreamFaultError('protocol', 'garbage');
    expect(socketFault(fault, address)).toBe(fault);
  });

  test('success is none', () => {
    expect(
      responseFault({ status: 200, headers: new Map(), body: Buffer.alloc(0) }, 'PLAY', address),
    ).toBeNull();
  });

  test.each([
    ['rtsp://admin:CANARY%21@:@10.9.9.9:8554/x', '10.9.9.9:8554'],
    ['rtsp://10.9.9.9/x', '10.9.9.9'],
    ['rtsp://admin:CAN/ARY@10.9.9.9/', 'another address'],
    ['<script>', 'another address'],
    ['', 'another address'],
  ])('a redirect to %s shows %s', (location, shown) => {
    const { message } = redirectFault({ headers: new Map([['location', [location]]]) }, address);
    expect(message).toContain(`redirects to ${shown}:`);
    expect(message).not.toContain('CAN');
  });
});
