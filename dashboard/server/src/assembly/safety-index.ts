import { Problem } from '../base/problem.ts';
import type { SafetyIndexServices } from '../routes/safety-index/services.ts';

const notReady = async (): Promise<never> => {
  throw new Problem('not-ready');
};

/** The services of the 平安指数 as the routes ask for them. */
export function assembleSafetyIndex(): SafetyIndexServices {
  return {
    publications: {
      list: notReady,
      compute: notReady,
      find: notReady,
      edit: notReady,
      submit: notReady,
      approve: notReady,
      exportAs: notReady,
    },
    analysis: { trend: notReady, decompose: notReady, sensitivity: notReady, sheets: notReady },
    frameworks: {
      list: notReady,
      find: notReady,
      add: notReady,
      preview: notReady,
      submit: notReady,
      approve: notReady,
    },
    imports: { list: notReady, template: notReady, run: notReady },
    incidents: { list: notReady, categories: () => [], accept: notReady },
    redSteps: { list: notReady, finish: notReady },
    users: { list: notReady, add: notReady, disable: notReady },
  };
}
