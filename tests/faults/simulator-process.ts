import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Fault } from '../simulators/camera/faults.ts';

const Ready = Type.Object({
  controlUrl: Type.String(),
  cameras: Type.Array(Type.Object({ rtspUrl: Type.String() })),
});

export const LOGIN = { username: 'faults', password: 'faults' };

export type SimulatorProcess = {
  /** RTSP addresses, one host of 127.0.0.0/8 for each camera, so that limits per host and networks are what they are on site. */
  urls: readonly string[];
  setFault(index: number, fault: Fault): Promise<void>;
  clearFaults(index: number): Promise<void>;
  stop(): Promise<void>;
};

/** Cameras in a process of their own, so that this process's time is the gateway's alone. */
export async function startSimulatorProcess(cameras: number, clip: string): Promise<SimulatorProcess> {
  const main = fileURLToPath(new URL('../simulators/camera/main.ts', import.meta.url));
  const args = [main, '--cameras', String(cameras), '--clip', clip, '--host', '0.0.0.0', '--no-discovery'];
  const env = { ...process.env, PINGAN_SIM_USERNAME: LOGIN.username, PINGAN_SIM_PASSWORD: LOGIN.password };
  const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const ready = Value.Parse(Ready, JSON.parse(String(line)));
  const control = ready.controlUrl.replace('0.0.0.0', '127.0.0.1');
  const ask = async (method: string, index: number, body?: string) => {
    const response = await fetch(`${control}/cameras/${index}/faults`, {
      method,
      ...(body === undefined ? {} : { body }),
    });
    if (!response.ok) throw new Error(`the simulator refuses a fault: ${await response.text()}`);
  };
  return {
    urls: ready.cameras.map(({ rtspUrl }, index) => rtspUrl.replace('0.0.0.0', hostOf(index))),
    setFault: (index, fault) => ask('POST', index, JSON.stringify(fault)),
    clearFaults: (index) => ask('DELETE', index),
    async stop() {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
}

/** 127.0.1.1 and on: 250 to a network. */
const hostOf = (index: number) => `127.0.${1 + Math.floor(index / 250)}.${1 + (index % 250)}`;
