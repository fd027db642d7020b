export type { SnapshotBox, SnapshotZone } from './overlay.ts';
export { type RenderedSnapshot, renderSnapshot, type SnapshotOptions } from './render-snapshot.ts';
