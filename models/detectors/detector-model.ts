import { type Static, Type } from 'typebox';
import type { Detection } from '../contract/index.ts';

const Sha256Schema = Type.String({ pattern: '^[0-9a-f]{64}$' });

/** What a detector model is: where it came from, under which licence, and what goes in and comes out. */
export const DetectorManifestSchema = Type.Object({
  /** Key in the registry and in configuration. */
  name: Type.String({ pattern: '^[a-z0-9-]{1,64}$' }),
  source: Type.Object({
    package: Type.String(),
    version: Type.String(),
    /** Path inside the package → sha256. */
    files: Type.Record(Type.String(), Sha256Schema),
  }),
  licence: Type.Object({
    package: Type.String(),
    model: Type.String(),
    /** What the weights were trained on. */
    training: Type.String(),
  }),
  /** sha256 of the produced files. */
  sha256: Type.Object({ fp32: Sha256Schema, int8: Sha256Schema }),
  input: Type.Object({
    name: Type.String(),
    /** Pixels as they are, 0..255; normalisation is part of the network. */
    dtype: Type.Literal('uint8'),
    /** Tensor `[1, height, width, channels]`. */
    layout: Type.Literal('nhwc'),
    /** Order of a pixel's bytes; x carries nothing. */
    channels: Type.Literal('bgrx'),
    /** Width and height must be multiples of this, pixels. */
    multiple: Type.Integer({ minimum: 1 }),
    /** Longest side that is accepted, pixels. */
    maximum: Type.Integer({ minimum: 1 }),
  }),
  /** Index = class id. */
  labels: Type.Array(Type.String({ minLength: 1 }), { minItems: 1 }),
});
export type DetectorManifest = Static<typeof DetectorManifestSchema>;

/** Width and height in pixels. */
export type PictureSize = { width: number; height: number };

/** Planar I420 in BT.601 limited range: Y `width*height`, then U and V `width/2*height/2` each. */
export type I420Picture = PictureSize & { data: Uint8Array };

/** Packed RGB, three bytes per pixel, rows from the top. */
export type RgbPicture = PictureSize & { data: Uint8Array };

/** The network's output tensors by name: real values, or the codes of an int8 network. */
export type ModelOutputs = Readonly<Record<string, Float32Array | Uint8Array>>;

export type PostprocessOptions = {
  /** Detections below it are left out, 0.01..1. A tracker wants about 0.1, a single look 0.3 or more. */
  minScore: number;
  /** Labels to keep; all when absent. */
  labels?: ReadonlySet<string>;
};

/** One detector: pure functions around a weights file that the caller runs on an ONNX runtime. */
export type DetectorModel = {
  manifest: DetectorManifest;
  /** The ONNX file. */
  weights: URL;
  /**
   * Picture → the input tensor's bytes (`height*width*4`). `into` is filled and returned when its length fits.
   * Throws `RangeError` when a side is not a multiple of `manifest.input.multiple` or the data has another length.
   */
  preprocess: {
    i420(picture: I420Picture, into?: Uint8Array): Uint8Array;
    rgb24(picture: RgbPicture, into?: Uint8Array): Uint8Array;
  };
  /**
   * Output tensors → detections, best first, boxes normalised to the picture. `size` is the input's size.
   * Throws `RangeError` when a tensor is missing or its length does not fit the size.
   */
  postprocess(outputs: ModelOutputs, size: PictureSize, options: PostprocessOptions): Detection[];
};
