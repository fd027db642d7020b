import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { startService } from '../../support/service-process.ts';

const ReadySchema = Type.Object({ cameras: Type.Array(Type.Object({ rtspUrl: Type.String() })) });

export type CameraProcessOptions = {
  count: number;
  clip: string;
  login: { username: string; password: string };
};

/** Simulated cameras that all play one clip, in a process of their own. */
export async function startCameraProcess({ count, clip, login }: CameraProcessOptions) {
  const service = await startService({
    args: ['tests/simulators/camera/main.ts', '--cameras', String(count), '--clip', clip, '--no-discovery'],
    env: { PINGAN_SIM_USERNAME: login.username, PINGAN_SIM_PASSWORD: login.password },
    isReady: (line) => line.startsWith('{"ready":true'),
  });
  const ready = Value.Parse(ReadySchema, JSON.parse(service.readyLine));
  return { urls: ready.cameras.map(({ rtspUrl }) => rtspUrl), stop: () => service.stop() };
}
