import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { SimulatedCamera } from './camera.ts';
import { faultKinds } from './faults.ts';
import { Listener } from './listener.ts';

const MAX_BODY_BYTES = 16 * 1024;

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/**
 * Faults over HTTP, for a simulator that runs as its own process:
 *
 *     GET    /cameras                      identities, addresses and the faults that are on
 *     POST   /cameras/<n>/faults           {"kind": "drop", "probability": 0.1}
 *     DELETE /cameras/<n>/faults[/<kind>]  one fault off, or all
 *     GET    /cameras/<n>/streams          what plays, and when each picture was sent
 *     GET    /usage                        CPU seconds and memory of the process
 */
export class ControlApi {
  readonly #cameras: readonly SimulatedCamera[];
  readonly #host: string;
  readonly #listener: Listener;

  constructor(cameras: readonly SimulatedCamera[], host: string, port: number) {
    this.#cameras = cameras;
    this.#host = host;
    const server = createServer((request, response) => {
      this.#answer(request)
        .catch(
          (error: unknown): Reply => ({
            status: 400,
            body: { error: error instanceof Error ? error.message : 'bad request' },
          }),
        )
        .then((reply) => send(response, reply));
    });
    this.#listener = new Listener(server, host, port);
  }

  get url(): string {
    return `http://${this.#host}:${this.#listener.port}`;
  }

  start(): Promise<void> {
    return this.#listener.open();
  }

  stop(): Promise<void> {
    return this.#listener.close();
  }

  async #answer(request: IncomingMessage): Promise<Reply> {
    const [, resource, index, part, kind] = (request.url ?? '').split('/');
    if (request.method === 'GET' && resource === 'usage') return { status: 200, body: usage() };
    if (request.method === 'GET' && index === undefined)
      return { status: 200, body: { cameras: this.#cameras.map(describeCamera) } };
    const camera = this.#cameras[Number(index)];
    if (request.method === 'GET' && camera !== undefined && part === 'streams')
      return { status: 200, body: { streams: camera.playing } };
    if (resource !== 'cameras' || camera === undefined || part !== 'faults') {
      return {
        status: 404,
        body: { error: `no such address; cameras are 0 to ${this.#cameras.length - 1}` },
      };
    }
    if (request.method === 'POST') await camera.setFaultFrom(await readJson(request));
    else if (request.method === 'DELETE') await clear(camera, kind);
    else return { status: 405, body: { error: 'faults take POST and DELETE' } };
    return { status: 200, body: describeCamera(camera) };
  }
}

/** Cameras as the control API and the ready line show them. */
export function describeCamera(camera: SimulatedCamera) {
  const { name, uuid, rtspUrl, subRtspUrl, onvifUrl } = camera;
  const { serial, mac } = camera.identity;
  return { name, uuid, serial, mac, rtspUrl, subRtspUrl, onvifUrl, faults: camera.faults.kinds };
}

async function clear(camera: SimulatedCamera, kind: string | undefined): Promise<void> {
  if (kind !== undefined && !faultKinds.includes(kind))
    throw new TypeError(`fault kind must be one of ${faultKinds.join(', ')}`);
  await camera.clearFaultNamed(kind);
}

function usage() {
  const { user, system } = process.cpuUsage();
  return {
    cpuS: (user + system) / 1e6,
    userS: user / 1e6,
    systemS: system / 1e6,
    rssBytes: process.memoryUsage.rss(),
  };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > MAX_BODY_BYTES) throw new RangeError(`body must be at most ${MAX_BODY_BYTES} bytes`);
    chunks.push(bytes);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

function send(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(reply.body));
}
