import type { DetectionPoolOptions } from '../detection/detection-pool.ts';

/** The detector as the running gateway and the tools use it: what it reports; each camera keeps what its rules look at. Dogs and the rest of COCO fire on textures. */
export const DETECTOR = {
  model: 'nanodet-coco-int8',
  /** The tracker's second round wants weak detections too. */
  minScore: 0.1,
  labels: ['person', 'bicycle', 'car', 'motorcycle', 'bus', 'truck', 'backpack', 'handbag', 'suitcase'],
} satisfies Pick<DetectionPoolOptions, 'model' | 'minScore' | 'labels'>;
