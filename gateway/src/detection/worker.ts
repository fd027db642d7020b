/** Thread of one inference session. Inference blocks its thread, so it never runs on the process's main one. */
import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { detectorModels, type I420Picture, type ModelOutputs } from '@pingan/models/detectors';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { messageOf } from '../base/errors.ts';
import type { WorkerReply, WorkerRequest, WorkerSettings } from './messages.ts';

const settings: WorkerSettings = workerData;
const port = parentPort;
const model = detectorModels.get(settings.model);
if (!port || !model) throw new Error(`detection worker: model ${settings.model} is not in the registry`);

const session = await InferenceSession.create(fileURLToPath(model.weights), {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
});
const options = { minScore: settings.minScore, ...(settings.labels && { labels: new Set(settings.labels) }) };
const reply = (message: WorkerReply) => port.postMessage(message);

const tensors = (results: InferenceSession.OnnxValueMapType): ModelOutputs =>
  Object.fromEntries(
    Object.entries(results).flatMap(([name, { data }]) =>
      data instanceof Uint8Array || data instanceof Float32Array ? [[name, data]] : [],
    ),
  );

/** Kept between pictures of one size. */
let input: Uint8Array = new Uint8Array();

const detect = async (picture: I420Picture): Promise<WorkerReply> => {
  const startedAt = performance.now();
  const { width, height } = picture;
  input = model.preprocess.i420(picture, input);
  const { name, dtype } = model.manifest.input;
  const dims = [1, height, width, input.length / (width * height)];
  const results = await session.run({ [name]: new Tensor(dtype, input, dims) });
  const detections = model.postprocess(tensors(results), { width, height }, options);
  return { kind: 'detected', detections, inferenceMs: performance.now() - startedAt };
};

port.on('message', async (request: WorkerRequest) => {
  if (request.kind === 'stop') {
    await session.release();
    port.close();
    return;
  }
  reply(await detect(request).catch((error: unknown) => ({ kind: 'failed', message: messageOf(error) })));
});
reply({ kind: 'ready' });
