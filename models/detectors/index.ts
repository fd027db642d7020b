import type { DetectorModel } from './detector-model.ts';
import { nanodet } from './nanodet/index.ts';

export type {
  DetectorManifest,
  DetectorModel,
  I420Picture,
  ModelOutputs,
  PictureSize,
  PostprocessOptions,
  RgbPicture,
} from './detector-model.ts';
export { DetectorManifestSchema } from './detector-model.ts';

/** Every detector by its manifest's name. One line per model. */
export const detectorModels: ReadonlyMap<string, DetectorModel> = new Map([[nanodet.manifest.name, nanodet]]);
