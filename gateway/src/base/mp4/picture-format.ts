import type { Codec } from '@pingan/models/contract';

/** What the sequence parameter set says of the pictures. */
export type VideoFormat = {
  codec: Codec;
  /** Pixels shown, after cropping. */
  width: number;
  height: number;
  /** RFC 6381, for example avc1.640028 or hvc1.1.6.L93.90. */
  mimeCodec: string;
  /** 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4. */
  chromaFormat: number;
  bitDepthLuma: number;
  bitDepthChroma: number;
};
