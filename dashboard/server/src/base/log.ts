import { type Logger as PinoLogger, pino } from 'pino';

/** Structured log, one JSON line each. Messages are constant sentences; what varies goes into fields, and no secret ever. */
export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error'>;
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

const SECRETS = ['password', 'token', 'ticket', 'secret', 'cookie', 'authorization'];

/** A logger on standard error, so that standard output has only the line that says where the server listens. */
export function createLogger(level: LogLevel): Logger {
  return pino(
    {
      level,
      base: { name: 'dashboard' },
      redact: SECRETS.flatMap((field) => [field, `*.${field}`]),
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    pino.destination(2),
  );
}

export const silentLogger: Logger = pino({ level: 'silent' });
