import type { DetectorModel } from '../detector-model.ts';
import { manifest } from './manifest.ts';
import { postprocess } from './postprocess.ts';
import { preprocessI420, preprocessRgb24 } from './preprocess.ts';

/** NanoDet for COCO's 80 classes, quantised to int8. */
export const nanodet: DetectorModel = {
  manifest,
  weights: new URL('./nanodet-coco-int8.onnx', import.meta.url),
  preprocess: { i420: preprocessI420, rgb24: preprocessRgb24 },
  postprocess,
};
