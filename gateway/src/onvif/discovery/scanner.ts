import { isIPv4 } from 'node:net';
import type { AddressPolicy } from '../../base/address.ts';
import type { Clock } from '../../base/clock.ts';
import { type Sleep, sleep } from '../../base/sleep.ts';
import type { DeviceScanner, DiscoveredDevice, ScanProgress, ScanRequest } from '../../pipeline.ts';
import { endpointReference } from '../device/device-service.ts';
import { SoapSession } from '../soap/session.ts';
import { knock, speaksRtsp } from './knock.ts';
import { hostsOf } from './networks.ts';
import { UnicastProber } from './unicast-probe.ts';

export type OnvifScannerOptions = {
  policy: AddressPolicy;
  clock: Clock;
  /** 3702 by standard. */
  discoveryPort?: number;
  onvifPorts?: readonly number[];
  rtspPorts?: readonly number[];
  sleep?: Sleep;
};

/** Where cameras serve ONVIF: most on 80, Xiongmai 8899, Tapo 2020, Reolink 8000, Foscam 888, others 8080, 8081, 5000, 10080. */
const ONVIF_PORTS = [80, 8080, 8000, 8899, 2020, 8081, 5000, 888, 10080];
const RTSP_PORTS = [554, 8554];
const DEVICE_PATH = '/onvif/device_service';
const KNOCK_MS = 800;
const QUESTION_MS = 3000;
/** Hosts asked at a time, and begun in a second: an edge switch must not mistake the gateway for an attack. */
const CONCURRENT = 32;
const HOSTS_PER_SECOND = 100;

/** Looks for devices host by host: WS-Discovery by unicast, ONVIF by HTTP, RTSP. Sends no password anywhere. */
export class OnvifScanner implements DeviceScanner {
  readonly #options: Required<OnvifScannerOptions>;

  constructor(options: OnvifScannerOptions) {
    const defaults = { discoveryPort: 3702, onvifPorts: ONVIF_PORTS, rtspPorts: RTSP_PORTS, sleep };
    this.#options = { ...defaults, ...options };
  }

  async scan({ networks, signal, onDevice, onProgress }: ScanRequest): Promise<ScanProgress> {
    const { policy, sleep: wait, discoveryPort } = this.#options;
    const hosts = hostsOf(networks).filter((host) => policy.allows(host));
    const progress = { asked: 0, total: hosts.length, found: 0 };
    const prober = new UnicastProber({ port: discoveryPort, sleep: wait });
    await prober.start();
    const seen = new Set<string>();
    const report = (device: DiscoveredDevice) => {
      if (seen.has(device.endpoint)) return;
      seen.add(device.endpoint);
      progress.found += 1;
      onDevice(device);
    };
    const waiting = hosts.values();
    const work = async () => {
      for (const host of waiting) {
        if (signal.aborted) return;
        for (const device of await this.#search(host, prober, signal)) report(device);
        progress.asked += 1;
        onProgress?.({ ...progress });
        await wait((1000 * CONCURRENT) / HOSTS_PER_SECOND, signal);
      }
    };
    try {
      await Promise.all(Array.from({ length: Math.min(CONCURRENT, hosts.length) }, work));
    } finally {
      await prober.stop();
    }
    return { ...progress };
  }

  async look(address: string): Promise<DiscoveredDevice | null> {
    const { host, port, path, isRtsp } = readAddress(address);
    if (!this.#options.policy.allows(host))
      throw new RangeError(`${host} is outside cameras.networks: add its network there`);
    const manual = (device: DiscoveredDevice | null | undefined): DiscoveredDevice | null =>
      device ? { ...device, foundBy: 'manual' } : null;
    if (isRtsp) return manual(await this.#rtspAt(host, [port ?? 554]));
    if (path !== null || port !== null) {
      const url = `http://${host}:${port ?? 80}${path ?? DEVICE_PATH}`;
      return manual((await this.#onvifAt(url)) ?? (port === null ? null : await this.#rtspAt(host, [port])));
    }
    const prober = new UnicastProber({ port: this.#options.discoveryPort, sleep: this.#options.sleep });
    await prober.start();
    try {
      const [first] = await this.#search(host, prober, new AbortController().signal);
      return manual(first);
    } finally {
      await prober.stop();
    }
  }

  /** Everything that one host answers as. */
  async #search(host: string, prober: UnicastProber, signal: AbortSignal): Promise<DiscoveredDevice[]> {
    const answered = await prober.ask(host, signal);
    if (answered.length > 0 || signal.aborted) return answered;
    const { onvifPorts, rtspPorts } = this.#options;
    const first = [...onvifPorts.slice(0, 1), ...rtspPorts.slice(0, 1)];
    const knocks = await Promise.all(first.map((port) => knock(host, port, KNOCK_MS)));
    // Nobody there, or nobody who says so: the other ports would only cost their time.
    if (knocks.every((result) => result === 'silent') || signal.aborted) return [];
    for (const port of onvifPorts) {
      if (signal.aborted) return [];
      if ((await knock(host, port, KNOCK_MS)) !== 'open') continue;
      const device = await this.#onvifAt(`http://${host}:${port}${DEVICE_PATH}`);
      if (device) return [device];
    }
    const stream = await this.#rtspAt(host, rtspPorts);
    return stream ? [stream] : [];
  }

  /** A device whose ONVIF answers at that URL: its clock needs no password, and a refusal is an answer too. */
  async #onvifAt(url: string): Promise<DiscoveredDevice | null> {
    const session = new SoapSession({
      deviceUrl: url,
      login: null,
      clock: this.#options.clock,
      timeoutMs: QUESTION_MS,
    });
    try {
      if (!(await session.isOnvif())) return null;
      const { host } = new URL(url);
      const endpoint = (await endpointReference(session, true)) ?? `address:${host}`;
      const { hostname } = new URL(url);
      return { endpoint, addresses: [url], name: null, hardware: null, foundBy: 'unicast', sender: hostname };
    } catch {
      return null;
    }
  }

  async #rtspAt(host: string, ports: readonly number[]): Promise<DiscoveredDevice | null> {
    for (const port of ports) {
      if (!(await speaksRtsp(host, port, QUESTION_MS))) continue;
      const rtspUrl = `rtsp://${host}:${port}/`;
      const endpoint = `address:${host}:${port}`;
      return {
        endpoint,
        addresses: [],
        name: null,
        hardware: null,
        foundBy: 'unicast',
        sender: host,
        rtspUrl,
      };
    }
    return null;
  }
}

/** An address typed by a person. Throws a RangeError that says what it may be. */
function readAddress(text: string): {
  host: string;
  port: number | null;
  path: string | null;
  isRtsp: boolean;
} {
  const trimmed = text.trim().slice(0, 512);
  const url = URL.parse(/^[a-z]+:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`);
  if (!url || !isIPv4(url.hostname) || !['http:', 'rtsp:'].includes(url.protocol) || url.username !== '')
    throw new RangeError(
      'the address must be an IPv4 address, address:port, http://address/onvif/device_service or rtsp://address/path, without a password',
    );
  const typed = /:(\d+)(?:\/|$)/.exec(trimmed.replace(/^[a-z]+:\/\//i, ''));
  const hasPath = url.pathname !== '/' || url.search !== '';
  return {
    host: url.hostname,
    port: typed ? Number(typed[1]) : null,
    path: hasPath ? url.pathname + url.search : null,
    isRtsp: url.protocol === 'rtsp:',
  };
}
