import type { StreamState } from '@pingan/models/contract';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { AccessUnit, ParameterSets, StreamConsumer } from '../pipeline.ts';

/** Hands everything to every consumer. One that throws is logged once and goes on receiving; the others never notice. */
export class FanOut {
  readonly #log: Logger;
  readonly #consumers = new Set<StreamConsumer>();
  readonly #blamed = new WeakSet<StreamConsumer>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** @returns the function that ends the subscription */
  add(consumer: StreamConsumer): () => void {
    this.#consumers.add(consumer);
    return () => {
      this.#consumers.delete(consumer);
    };
  }

  parameterSets(sets: ParameterSets): void {
    this.#each((consumer) => consumer.onParameterSets?.(sets));
  }

  accessUnit(unit: AccessUnit): void {
    this.#each((consumer) => consumer.onAccessUnit?.(unit));
  }

  state(state: StreamState): void {
    this.#each((consumer) => consumer.onState?.(state));
  }

  #each(call: (consumer: StreamConsumer) => void): void {
    for (const consumer of this.#consumers) {
      try {
        call(consumer);
      } catch (error) {
        if (this.#blamed.has(consumer)) continue;
        this.#blamed.add(consumer);
        this.#log.error({ error: messageOf(error) }, 'a stream consumer failed');
      }
    }
  }
}
