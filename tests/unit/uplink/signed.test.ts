import { generateKeyPairSync, sign } from 'node:crypto';
import type { Command, DesiredConfiguration } from '@pingan/models/contract';
import { describe, expect, test } from 'vitest';
import { readCommand, readCommandKey, readDesired } from '../../../gateway/src/uplink/signed.ts';
import { anEvent } from '../../support/events.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('ed25519').privateKey;
const NOW = Date.parse('2026-11-22T08:00:00Z');
const options = { key: publicKey, gatewayId: 'gw-1', centreNow: () => NOW };

function signed(content: unknown, key = privateKey): Uint8Array {
  const text = JSON.stringify(content);
  return Buffer.from(
    JSON.stringify({ text, signature: sign(null, Buffer.from(text), key).toString('base64url') }),
  );
}

const command = (overrides: Partial<Command> = {}) => ({
  id: anEvent().id,
  gatewayId: 'gw-1',
  sequence: 5,
  issuedAt: new Date(NOW).toISOString(),
  expiresAt: new Date(NOW + 30_000).toISOString(),
  name: 'live.stop',
  arguments: { cameraId: 'cam-1' },
  ...overrides,
});

describe('a command', () => {
  test('of the centre is read', () => {
    expect(readCommand(signed(command()), options, 4)).toMatchObject({ name: 'live.stop', sequence: 5 });
  });

  test.each([
    ['bad-signature', signed(command(), stranger)],
    ['wrong-gateway', signed(command({ gatewayId: 'gw-2' }))],
    ['expired', signed(command({ expiresAt: new Date(NOW - 60_000).toISOString() }))],
    ['replayed', signed(command({ sequence: 4 }))],
    ['malformed', signed({ ...command(), name: 'shell.run' })],
    ['malformed', Buffer.from('{"text":"{}"}')],
    ['malformed', Buffer.from('garbage')],
  ])('is refused as %s', (code, payload) => {
    expect(() => readCommand(payload, options, 4)).toThrow(expect.objectContaining({ code }));
  });

  test('whose text was changed after signing is refused', () => {
    const tampered = Buffer.from(Buffer.from(signed(command())).toString().replace('cam-1', 'cam-2'));
    expect(() => readCommand(tampered, options, 4)).toThrow(
      expect.objectContaining({ code: 'bad-signature' }),
    );
  });
});

test('a configuration is read only with signature and for this gateway', () => {
  const desired: DesiredConfiguration = {
    gatewayId: 'gw-1',
    version: 3,
    issuedAt: new Date(NOW).toISOString(),
    rules: [],
  };
  expect(readDesired(signed(desired), options)).toEqual(desired);
  expect(() => readDesired(signed(desired, stranger), options)).toThrow(
    expect.objectContaining({ code: 'bad-signature' }),
  );
  expect(() => readDesired(signed({ ...desired, gatewayId: 'gw-2' }), options)).toThrow(
    expect.objectContaining({ code: 'wrong-gateway' }),
  );
  expect(() => readDesired(signed({ ...desired, version: 0 }), options)).toThrow(
    expect.objectContaining({ code: 'malformed' }),
  );
});

test('another kind of key is refused with the remedy', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({
    type: 'spki',
    format: 'pem',
  });
  expect(() => readCommandKey(String(rsa))).toThrow(/Ed25519/);
});
