import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fixturePath } from '../../support/access-units.ts';
import { type Mosquitto, startMosquitto } from '../../support/mosquitto.ts';
import type { ServiceProcess } from '../../support/service-process.ts';
import { until } from '../../support/until.ts';
import { Centre } from './centre.ts';
import { type GatewayFolder, intrusion, prepareGateway } from './gateway-process.ts';

const CAMERA = 'from a file';
const centre = new Centre('gw-configured');
let broker: Mosquitto;
let folder: GatewayFolder;
let gateway: ServiceProcess;

beforeAll(async () => {
  broker = await startMosquitto();
  await centre.start(broker.url);
  folder = await prepareGateway({
    centre,
    brokerUrl: broker.url,
    rules: [intrusion({ id: 'from-the-file' })],
    cameras: { entries: [{ source: 'file', key: 'file', name: CAMERA, path: fixturePath('street.mp4') }] },
  });
  gateway = await folder.start();
  await centre.streaming(CAMERA);
});

afterAll(async () => {
  await gateway?.stop();
  folder?.remove();
  await centre.stop();
  await broker?.stop();
});

const zone = (id: string) => ({ ...intrusion().zone, id });
const zonesAre = (...ids: string[]) =>
  centre.cameraWhen(
    CAMERA,
    `watched by ${ids}`,
    ({ zones = [] }) => zones.map(({ id }) => id).join() === ids.join(),
  );
const reportOf = (what: string, fits: (report: (typeof centre.reported)[number]) => boolean) =>
  until(what, () => centre.reported.find(fits));
const raisedBy = (rule: string) =>
  centre.eventWhen(
    `an alarm of ${rule}`,
    ({ phase, detail }) => phase === 'raised' && detail.rule?.id === rule,
    60_000,
  );

describe('desired configuration', () => {
  test('without one the rules of the file are in force', async () => {
    await raisedBy('from-the-file');
    await zonesAre('near-half');
  }, 90_000);

  test('a signed one is applied and reported, and its rules raise', async () => {
    await centre.desire({ version: 2, rules: [intrusion({ id: 'from-the-centre', zone: zone('second') })] });
    expect(await reportOf('version 2', ({ version }) => version === 2)).toMatchObject({
      rules: 1,
      errors: [],
    });
    await zonesAre('second');
    await raisedBy('from-the-centre');
  }, 90_000);

  test('one with a rule that cannot work is reported with its path, and the old rules stay', async () => {
    const schedule = { timeZone: 'Mars/Olympus', windows: [{ days: [1], from: '08:00', to: '18:00' }] };
    const rules = [
      intrusion({ zone: zone('third') }),
      intrusion({ id: 'odd', zone: zone('fourth'), schedule }),
    ];
    await centre.desire({ version: 3, rules });
    const report = await reportOf('errors', ({ errors }) => errors.length > 0);
    expect(report).toMatchObject({ version: 2, rules: 1, errors: [{ path: '/rules/1' }] });
    expect(report.errors[0]?.message).toContain('odd');
    await zonesAre('second');
  });

  test('one that another key signed changes nothing', async () => {
    const known = centre.reported.length;
    const { privateKey } = generateKeyPairSync('ed25519');
    await centre.desire({ version: 4, rules: [] }, privateKey);
    await until('the refusal', () => gateway.output().includes('desired configuration refused'));
    expect(centre.reported.slice(known)).toEqual([]);
    await zonesAre('second');
  });

  test('the applied one is in force after a restart without the centre', async () => {
    await gateway.stop();
    await centre.desire({ version: 1, rules: [intrusion({ zone: zone('older') })] });
    gateway = await folder.start();
    const { bootId } = await until('a new boot', () => {
      const [first, last] = [centre.reports[0], centre.reports.at(-1)];
      return last !== undefined && last.bootId !== first?.bootId && last;
    });
    expect(bootId).toBeTruthy();
    await zonesAre('second');
  });
});
