import { Value } from 'typebox/value';
import { type Clock, timestamp } from '../base/clock.ts';
import type { StateStore } from '../base/state-store.ts';
import type { SelfCheck } from './checks/check.ts';
import { type Progress, type ProgressPatch, ProgressSchema } from './interface.ts';
import { RefusalError } from './request.ts';

const NAME = 'console-progress';

/** How far the technician has come. Every change is on disk when its method returns, so that any browser goes on from there. */
export class ProgressBook {
  readonly #values: Pick<StateStore, 'get' | 'set'>;
  readonly #clock: Clock;

  constructor(values: Pick<StateStore, 'get' | 'set'>, clock: Clock) {
    this.#values = values;
    this.#clock = clock;
  }

  read(): Progress {
    const text = this.#values.get(NAME);
    const stored: unknown = text ? JSON.parse(text) : null;
    return Value.Check(ProgressSchema, stored) ? stored : this.restart();
  }

  /** Begins a new visit; cameras, names and passwords stay. */
  restart(): Progress {
    return this.#write(this.#fresh());
  }

  /** Throws a RefusalError when more would be kept than there is room for. */
  change(patch: ProgressPatch): Progress {
    const before = this.read();
    const { step, done, remark, finished } = patch;
    return this.#write({
      ...before,
      ...(step === undefined ? {} : { step }),
      ...(done === undefined ? {} : { done }),
      ...(remark === undefined ? {} : { remark }),
      ...(finished === undefined ? {} : { finishedAt: finished ? timestamp(this.#clock.now()) : null }),
      pictures: patch.pictures ? this.#withPictures(before, patch.pictures) : before.pictures,
      drafts: patch.drafts ? withDrafts(before.drafts, patch.drafts) : before.drafts,
    });
  }

  keepSelfCheck(selfCheck: SelfCheck): void {
    this.#write({ ...this.read(), selfCheck });
  }

  keepAlarm(alarm: Omit<NonNullable<Progress['alarm']>, 'at'>): Progress {
    return this.#write({ ...this.read(), alarm: { ...alarm, at: timestamp(this.#clock.now()) } });
  }

  #withPictures({ pictures }: Progress, seen: NonNullable<ProgressPatch['pictures']>): Progress['pictures'] {
    const at = timestamp(this.#clock.now());
    const kept = new Map(pictures.map((picture) => [picture.cameraId, picture]));
    for (const picture of seen) kept.set(picture.cameraId, { ...picture, at });
    return [...kept.values()];
  }

  #fresh(): Progress {
    return {
      startedAt: timestamp(this.#clock.now()),
      finishedAt: null,
      step: 'check',
      done: [],
      selfCheck: null,
      pictures: [],
      alarm: null,
      drafts: [],
      remark: '',
    };
  }

  #write(progress: Progress): Progress {
    if (!Value.Check(ProgressSchema, progress)) {
      throw new RefusalError(413, 'too-large', 'too many drafts or pictures are kept: begin a new visit');
    }
    this.#values.set(NAME, JSON.stringify(progress));
    return progress;
  }
}

function withDrafts(
  drafts: Progress['drafts'],
  changes: NonNullable<ProgressPatch['drafts']>,
): Progress['drafts'] {
  const kept = new Map(drafts.map(({ key, text }) => [key, text]));
  for (const { key, text } of changes) {
    if (text === null) kept.delete(key);
    else kept.set(key, text);
  }
  return [...kept].map(([key, text]) => ({ key, text }));
}
