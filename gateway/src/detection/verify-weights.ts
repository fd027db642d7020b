import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { detectorModels } from '@pingan/models/detectors';

/**
 * Checks that the model is known, its labels too, and that its weights file is the one the manifest describes.
 * Throws an error that names what is wrong and what to do.
 */
export async function verifyWeights(name: string, labels: readonly string[] = []): Promise<void> {
  const model = detectorModels.get(name);
  if (!model)
    throw new Error(
      `detection model ${name} is unknown; choose one of: ${[...detectorModels.keys()].join(', ')}`,
    );
  const unknown = labels.find((label) => !model.manifest.labels.includes(label));
  if (unknown !== undefined)
    throw new Error(`detection label ${unknown} is unknown to ${name}; see its manifest's labels`);
  const weights = await readFile(model.weights);
  const hash = createHash('sha256').update(weights).digest('hex');
  if (hash !== model.manifest.sha256.int8)
    throw new Error(`weights of ${name} are damaged (sha256 ${hash}); install them again`);
}
