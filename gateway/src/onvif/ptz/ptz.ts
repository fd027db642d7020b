import type { Clock } from '../../base/clock.ts';
import {
  type DevicePtz,
  type Login,
  type PtzPreset,
  type PtzSpeed,
  StreamFaultError,
} from '../../pipeline.ts';
import { optional, readServices } from '../device/device-service.ts';
import { SoapSession } from '../soap/session.ts';
import { escapeXml, findAll, textOf } from '../soap/xml.ts';

const TPTZ = 'http://www.onvif.org/ver20/ptz/wsdl';
const TT = 'http://www.onvif.org/ver10/schema';
/** Without another word from the operator a move ends after this time, ms. */
export const DEAD_MAN_MS = 2000;
const STOP_TRIES = 3;
/** An order that takes longer has failed: the next one, perhaps a Stop, waits behind it. */
const ORDER_MS = 2000;
const PRESET_LIMIT = 256;

export type PtzOptions = {
  deviceUrl: string;
  login: Login | null;
  profileToken: string;
  clock: Clock;
  /** Called when the dead-man stop itself fails: the camera may still be moving. */
  onStuck(error: unknown): void;
  deadManMs?: number;
};

const clamp = (value: number) => Math.min(1, Math.max(-1, Number.isFinite(value) ? value : 0));

/**
 * Pan, tilt and zoom of one camera. A move ends by itself when it is not repeated within the dead-man time: the gateway sends Stop, and the
 * device has the same time limit in each ContinuousMove in case the gateway dies.
 */
export class OnvifPtz implements DevicePtz {
  readonly #options: PtzOptions;
  readonly #session: SoapSession;
  #url: string | undefined;
  #deadMan: NodeJS.Timeout | undefined;
  /** Orders go out one after the other, so that a Stop never overtakes a move. */
  #order: Promise<unknown> = Promise.resolve();

  constructor(options: PtzOptions) {
    this.#options = options;
    const { deviceUrl, login, clock } = options;
    this.#session = new SoapSession({ deviceUrl, login, clock, timeoutMs: ORDER_MS });
  }

  move(speed: PtzSpeed): Promise<void> {
    const { deadManMs = DEAD_MAN_MS, onStuck } = this.#options;
    clearTimeout(this.#deadMan);
    this.#deadMan = setTimeout(() => void this.stop().catch(onStuck), deadManMs);
    const [pan, tilt, zoom] = [clamp(speed.pan), clamp(speed.tilt), clamp(speed.zoom)];
    const velocity =
      `<Velocity><PanTilt xmlns="${TT}" x="${pan}" y="${tilt}"/>` +
      `${zoom === 0 ? '' : `<Zoom xmlns="${TT}" x="${zoom}"/>`}</Velocity>`;
    const timeout = `<Timeout>PT${(deadManMs / 1000).toFixed(1)}S</Timeout>`;
    return this.#inOrder(() => this.#ask('ContinuousMove', velocity + timeout).then(() => undefined));
  }

  stop(): Promise<void> {
    clearTimeout(this.#deadMan);
    this.#deadMan = undefined;
    return this.#inOrder(async () => {
      for (let left = STOP_TRIES; left > 0; left -= 1) {
        try {
          await this.#ask('Stop', '<PanTilt>true</PanTilt><Zoom>true</Zoom>');
          return;
        } catch (error) {
          // A camera that goes on turning is worse than a repeated order; a refused login is not repeated.
          if (left === 1 || (error instanceof StreamFaultError && error.fault === 'unauthorized'))
            throw error;
        }
      }
    });
  }

  async presets(): Promise<PtzPreset[]> {
    const body = await this.#inOrder(() => this.#ask('GetPresets', ''));
    return findAll(body, 'Preset')
      .slice(0, PRESET_LIMIT)
      .flatMap((preset) => {
        const token = (preset.attributes.get('token') ?? '').slice(0, 64);
        return token === '' ? [] : [{ token, name: textOf(preset, 'Name').slice(0, 128) || token }];
      });
  }

  async goTo(presetToken: string): Promise<void> {
    await this.#inOrder(() =>
      this.#ask('GotoPreset', `<PresetToken>${escapeXml(presetToken)}</PresetToken>`),
    );
  }

  async savePreset(name: string): Promise<string> {
    const body = await this.#inOrder(() =>
      this.#ask('SetPreset', `<PresetName>${escapeXml(name.slice(0, 64))}</PresetName>`),
    );
    const token = textOf(body, 'PresetToken').slice(0, 64);
    if (token === '') throw new StreamFaultError('protocol', 'the camera gave the preset no name');
    return token;
  }

  async close(): Promise<void> {
    const isMoving = this.#deadMan !== undefined;
    if (isMoving) await this.stop();
    await this.#order;
  }

  async #ask(operation: string, content: string) {
    const url = await this.#service();
    const token = `<ProfileToken>${escapeXml(this.#options.profileToken)}</ProfileToken>`;
    const { body } = await this.#session.ask(
      url,
      `<${operation} xmlns="${TPTZ}">${token}${content}</${operation}>`,
    );
    return body;
  }

  async #service(): Promise<string> {
    if (this.#url !== undefined) return this.#url;
    await optional(this.#session.readClock(), null);
    const { ptz } = await readServices(this.#session);
    if (ptz === null)
      throw new StreamFaultError('not-found', 'the camera cannot be turned: it offers no PTZ service');
    this.#url = ptz;
    return ptz;
  }

  #inOrder<T>(step: () => Promise<T>): Promise<T> {
    const next = this.#order.then(step);
    this.#order = next.catch(() => undefined);
    return next;
  }
}
