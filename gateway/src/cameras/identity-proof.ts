import { type DeviceContact, type DeviceProbe, StreamFaultError } from '../pipeline.ts';
import { isReplaced } from './device-desk.ts';
import type { DeviceRecord } from './device-record.ts';
import { plainEndpoint } from './identity.ts';
import { firstContact } from './ladder.ts';

/** A device service that hangs must not keep the stream waiting. */
const PATIENCE_MS = 3000;

type Question = { url: string; contact: Promise<DeviceContact | null> };

/** Before a password goes to a camera's stream: the device at its address tells who it is, without a login. */
export class IdentityProofs {
  readonly #probe: DeviceProbe;
  /** Under way, by device: lenses that start together share one. An answer is not kept, a device can be swapped in a moment. */
  readonly #asking = new Map<string, Question>();

  constructor(probe: DeviceProbe) {
    this.#probe = probe;
  }

  /**
   * @returns whether Basic may be used there: only at an address that a person confirmed, and only when the device answered just now
   * @throws StreamFaultError `identity-changed`
   */
  async prove(record: DeviceRecord): Promise<{ allowBasic: boolean; answered: boolean }> {
    if (isReplaced(record)) throw changed();
    const contact = await this.#contact(record);
    if (contact === null) return { allowBasic: false, answered: false };
    const told = contact.endpoint;
    if (told !== null && record.endpoint !== null && plainEndpoint(told) !== plainEndpoint(record.endpoint))
      throw changed();
    return { allowBasic: record.accepted?.url === record.url, answered: true };
  }

  #contact({ id, url }: DeviceRecord): Promise<DeviceContact | null> {
    const known = this.#asking.get(id);
    if (known?.url === url) return known.contact;
    const contact = withPatience(firstContact(this.#probe, url).then((first) => first.contact));
    const question = { url, contact };
    this.#asking.set(id, question);
    void contact.finally(() => {
      if (this.#asking.get(id) === question) this.#asking.delete(id);
    });
    return contact;
  }
}

function changed(): StreamFaultError {
  return new StreamFaultError(
    'identity-changed',
    'another device answers at this address: look at the place, then accept it',
  );
}

async function withPatience<T>(question: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), PATIENCE_MS);
  });
  return Promise.race([question, late]).finally(() => clearTimeout(timer));
}
