import type { FastifyError } from 'fastify';
import type { Logger } from '../base/log.ts';
import { Problem, type ProblemCode } from '../base/problem.ts';
import type { App } from '../routes/app.ts';
import { ValidationError } from './validation.ts';

/** Errors of Fastify itself that a client can cause, by their code or else by status. */
const BY_CODE: Record<string, ProblemCode> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'bad-json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'bad-json',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'not-json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid',
  FST_ERR_CTP_BODY_TOO_LARGE: 'too-large',
};
const BY_STATUS: Record<number, ProblemCode> = {
  400: 'invalid',
  404: 'not-found',
  413: 'too-large',
  415: 'not-json',
  429: 'too-many-attempts',
};

function toProblem(error: FastifyError | Problem): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof ValidationError) {
    return new Problem('invalid', { field: error.field, message: `${error.field}: ${error.message}` });
  }
  if (error instanceof SyntaxError) return new Problem('bad-json', { cause: error });
  const code = BY_CODE[error.code] ?? BY_STATUS[error.statusCode ?? 500] ?? 'internal';
  return new Problem(code, { cause: error });
}

/** Answers every error from the registry in base/problem.ts; the text of a foreign error goes to the log only. */
export function answerErrors(app: App, log: Logger): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const problem = toProblem(error);
    if (problem.status >= 500 && problem.cause !== undefined) {
      log.error(
        { err: problem.cause, method: request.method, route: request.routeOptions.url },
        'request failed',
      );
    }
    const { code, message, field } = problem;
    return reply
      .code(problem.status)
      .type('application/json; charset=utf-8')
      .send({ code, message, ...(field === undefined ? {} : { field }) });
  });
}
