import { type Logger as PinoLogger, pino } from 'pino';

/** Structured log, one JSON line each. Messages are constant sentences; what varies goes into fields, and no secret ever. */
export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error'> & {
  child(fields: Record<string, unknown>): Logger;
};

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

const SECRET_FIELDS = [
  'password',
  '*.password',
  'token',
  '*.token',
  'ticket',
  '*.ticket',
  'secret',
  '*.secret',
];

/** A logger on standard output. */
export function createLogger(name: string, level: LogLevel): Logger {
  return pino({
    name,
    level,
    redact: SECRET_FIELDS,
    timestamp: pino.stdTimeFunctions.isoTime,
    base: { name },
  });
}

/** For tests and for parts that must not speak. */
export const silentLogger: Logger = pino({ level: 'silent' });
