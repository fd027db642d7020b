import { parentPort } from 'node:worker_threads';
import { messageOf } from '../../../gateway/src/base/errors.ts';
import { type Job, runJob } from './job.ts';

parentPort?.on('message', (job: Job) => {
  runJob(job).then(
    (result) => parentPort?.postMessage({ result }),
    (error: unknown) => parentPort?.postMessage({ error: `${JSON.stringify(job)}: ${messageOf(error)}` }),
  );
});
