/** What the network was trained on: blue, green and red in 0..255, less the mean, over the deviation (NanoDet's COCO configuration). */
export const normalisation = [
  { mean: 103.53, deviation: 57.375 },
  { mean: 116.28, deviation: 57.12 },
  { mean: 123.675, deviation: 58.395 },
] as const;
