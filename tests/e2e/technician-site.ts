import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { Centre } from '../integration/gateway/centre.ts';
import { type GatewayFolder, prepareGateway } from '../integration/gateway/gateway-process.ts';
import { type CameraSpec, clips, type Simulator, startSimulator } from '../simulators/camera/simulator.ts';
import { freePort } from '../support/free-port.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import type { ServiceProcess } from '../support/service-process.ts';

export const SITE_LOGIN = { username: 'operator', password: 'CANARY-7f3a%21@:' };
/** Two cameras have another password than the rest of the site. */
export const OTHER_LOGIN = { username: 'operator', password: 'CANARY-other-9' };
const CAMERAS = 12;
const WITH_OTHER_LOGIN = [2, 7];
const WITH_WRONG_CLOCK = 4;
const WITH_H265 = 9;

const CodeSchema = Type.Object({ code: Type.String(), url: Type.String() });
const run = promisify(execFile);

export type TechnicianSite = {
  centre: Centre;
  broker: Mosquitto;
  simulator: Simulator;
  gateway: ServiceProcess;
  url: string;
  /** As the technician gets it: by the command on the gateway. */
  pairingCode(): Promise<string>;
  close(): Promise<void>;
};

function cameraSpec(_: unknown, index: number): CameraSpec {
  return {
    ...(WITH_OTHER_LOGIN.includes(index) ? { credentials: OTHER_LOGIN } : {}),
    ...(index === WITH_WRONG_CLOCK ? { faults: [{ kind: 'wrong-clock', offsetS: 10_800 }] } : {}),
    ...(index === WITH_H265 ? { clip: clips.streetH265, subClip: clips.streetH265 } : {}),
    offsetS: index,
  };
}

/** A site as a technician finds it: a gateway that knows no camera and no password, twelve cameras of mixed health, and a centre. */
export async function openTechnicianSite(): Promise<TechnicianSite> {
  const centre = new Centre('gw-site-0001');
  const broker = await startMosquitto();
  await centre.start(broker.url);
  const simulator = await startSimulator({
    cameras: Array.from({ length: CAMERAS }, cameraSpec),
    credentials: SITE_LOGIN,
    clip: clips.streetSub,
    discoveryPort: await freePort(),
    seed: 'technician',
  });
  const folder: GatewayFolder = await prepareGateway({
    centre,
    brokerUrl: broker.url,
    rules: [],
    detection: { workers: 1, sampleFps: 0.5, longSide: 416 },
    discovery: {
      enabled: true,
      interfaces: ['127.0.0.1'],
      multicastPort: simulator.discoveryPort ?? 0,
      periodSeconds: 3600,
    },
    cameras: { networks: [], allowLoopback: true },
  });
  const gateway = await folder.start();
  return {
    centre,
    broker,
    simulator,
    gateway,
    url: /http:\/\/\S+/.exec(gateway.readyLine)?.[0] ?? '',
    pairingCode: async () => {
      const config = join(folder.path, 'gateway.yaml');
      const args = ['gateway/src/main.ts', 'console-code', '--config', config, '--json'];
      const { stdout } = await run(process.execPath, args);
      return Value.Parse(CodeSchema, JSON.parse(stdout)).code;
    },
    close: async () => {
      await gateway.stop();
      await simulator.stop();
      await centre.stop();
      await broker.stop();
      folder.remove();
    },
  };
}
