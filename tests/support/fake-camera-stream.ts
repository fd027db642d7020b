import type {
  AccessUnit,
  Camera,
  CameraStream,
  GopSnapshot,
  ParameterSets,
  StreamConsumer,
} from '../../gateway/src/pipeline.ts';

/** A camera's stream that sends what the test says. */
export class FakeCameraStream implements CameraStream {
  readonly camera: Camera;
  readonly facts = null;
  readonly consumers = new Set<StreamConsumer>();
  state: CameraStream['state'] = { kind: 'streaming', since: '2026-01-01T00:00:00.000Z' };
  #sets: ParameterSets;
  #units: AccessUnit[] = [];

  constructor(id: string, sets: ParameterSets) {
    this.camera = { id, code: '44030600001320000001', name: id, source: { kind: 'file', path: '' } };
    this.#sets = sets;
  }

  subscribe(consumer: StreamConsumer): () => void {
    this.consumers.add(consumer);
    return () => this.consumers.delete(consumer);
  }

  gop(): GopSnapshot | null {
    return this.#units.length === 0 ? null : { sets: this.#sets, units: [...this.#units] };
  }

  send(unit: AccessUnit): void {
    if (unit.key) this.#units = [];
    if (unit.key || this.#units.length > 0) this.#units.push(unit);
    for (const consumer of this.consumers) consumer.onAccessUnit?.(unit);
  }

  change(sets: ParameterSets): void {
    this.#sets = sets;
    this.#units = [];
    for (const consumer of this.consumers) consumer.onParameterSets?.(sets);
  }

  enter(state: CameraStream['state']): void {
    this.state = state;
    for (const consumer of this.consumers) consumer.onState?.(state);
  }

  start(): void {}
  async stop(): Promise<void> {}
}
