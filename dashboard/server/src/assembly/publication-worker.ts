import { answerTask } from '../base/worker-task.ts';
import {
  analyse,
  type PreviewTask,
  type PublishTask,
  preview,
  publishPeriod,
  type SensitivityTask,
} from './publication-tasks.ts';

await answerTask((task: PublishTask | SensitivityTask | PreviewTask) => {
  if (task.kind === 'publish') return publishPeriod(task);
  return task.kind === 'sensitivity' ? analyse(task) : preview(task);
});
