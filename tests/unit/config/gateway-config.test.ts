import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkGatewayConfig, loadGatewayConfig } from '../../../gateway/src/config/load.ts';

const example = () => parse(readFileSync('config/gateway.example.yaml', 'utf8'));
const faultsOf = (change: (document: ReturnType<typeof example>) => void): string => {
  const document = example();
  change(document);
  try {
    checkGatewayConfig(document, 'gateway.yaml');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return '';
};

describe('the gateway’s configuration', () => {
  test('of the example is valid', () => {
    expect(checkGatewayConfig(example(), 'example').gateway.id).toBe('gw-0001');
  });

  test('names every fault at once with its path', () => {
    const faults = faultsOf((document) => {
      document.gateway.id = 'no spaces';
      document.cameras.limit = 0;
      document.rules[0].dwellSeconds = -1;
    });
    expect(faults).toContain('gateway.id');
    expect(faults).toContain('cameras.limit');
    expect(faults).toContain('rules.0.dwellSeconds');
  });

  test('refuses keys it does not know', () => {
    expect(faultsOf((document) => Object.assign(document.detection, { command: 'rm -rf /' }))).toContain(
      'detection',
    );
  });

  test('takes no user name or password inside an address', () => {
    const withLogin = (document: ReturnType<typeof example>) => {
      document.cameras.entries = [
        { source: 'rtsp', key: 'a', name: 'a', url: 'rtsp://user:secret@10.0.0.1/' },
      ];
    };
    expect(faultsOf(withLogin)).toContain('cameras.entries.0');
  });
});

describe('its files', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pingan-config-'));
    writeFileSync(join(folder, 'gateway.yaml'), readFileSync('config/gateway.example.yaml'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const credentials = (gatewayId: string) =>
    JSON.stringify({
      gatewayId,
      token: 'x'.repeat(32),
      brokerUrl: 'mqtt://127.0.0.1:1883',
      mediaUrl: 'ws://127.0.0.1:8080/media',
      commandPublicKey: 'y'.repeat(40),
    });

  test('are found beside the configuration, passwords without their line end', () => {
    writeFileSync(join(folder, 'gw-0001.credentials.json'), credentials('gw-0001'));
    writeFileSync(join(folder, 'camera-password.txt'), 'CANARY-7f3a%21@:\n');
    const { config, readSecret } = loadGatewayConfig(join(folder, 'gateway.yaml'));
    expect(config.gateway.dataDir).toBe(join(folder, '../data/gw-0001'));
    expect(readSecret('./camera-password.txt')).toBe('CANARY-7f3a%21@:');
  });

  test('that are missing, or of another gateway, are named with the remedy', () => {
    expect(() => loadGatewayConfig(join(folder, 'gateway.yaml'))).toThrow(/centre\.credentialsFile/);
    writeFileSync(join(folder, 'gw-0001.credentials.json'), credentials('gw-0002'));
    expect(() => loadGatewayConfig(join(folder, 'gateway.yaml'))).toThrow(/issued for "gw-0002"/);
    expect(() => loadGatewayConfig(join(folder, 'absent.yaml'))).toThrow(/--config/);
    writeFileSync(join(folder, 'broken.yaml'), 'a: [');
    expect(() => loadGatewayConfig(join(folder, 'broken.yaml'))).toThrow(/is not YAML/);
  });
});
