/** Every error that the REST interface can answer with. To add one: a line here. `message` says the remedy. */
export const PROBLEMS = {
  invalid: { status: 400, message: 'The request is not valid: see "field".' },
  'bad-json': { status: 400, message: 'The body is not JSON: check it and send it again.' },
  'not-signed-in': { status: 401, message: 'Sign in first.' },
  'wrong-password': { status: 401, message: 'User name or password is wrong.' },
  forbidden: { status: 403, message: 'Your role does not allow this: ask an administrator.' },
  'same-person': {
    status: 403,
    message: 'Another person than the author and the last editor must approve this: ask a colleague.',
  },
  'foreign-origin': {
    status: 403,
    message: 'Requests from other sites are refused: use this site’s own pages.',
  },
  'upload-refused': {
    status: 401,
    message: 'The ticket, token or credentials do not open this upload: ask for the evidence again.',
  },
  'evidence-unproven': {
    status: 422,
    message:
      'No key of this gateway signed the manifest: the gateway must be online once with the key it signs with.',
  },
  'evidence-tampered': {
    status: 422,
    message: 'The file is not the one that the manifest describes; it was removed: send it again.',
  },
  'evidence-quota': {
    status: 507,
    message: 'The evidence is larger than the storage of one gateway: raise evidence.megabytesPerGateway.',
  },
  'gateway-offline': { status: 503, message: 'The gateway is offline: ask again when it is back.' },
  'not-found': { status: 404, message: 'There is no such thing here.' },
  conflict: { status: 409, message: 'The state has changed meanwhile: read it again.' },
  'already-exists': { status: 409, message: 'This name is taken: choose another.' },
  'too-large': { status: 413, message: 'The request is too large.' },
  'not-json': { status: 415, message: 'Send JSON (Content-Type: application/json).' },
  'too-many-attempts': { status: 429, message: 'Too many attempts: wait some minutes and try again.' },
  'too-busy': { status: 503, message: 'Too many computations at once: try again in a minute.' },
  'fonts-missing': {
    status: 501,
    message:
      'This server has no Chinese font for PDF: install the package fonts-noto-cjk, or export as Excel.',
  },
  'too-many-streams': { status: 503, message: 'Too many open pages: close some and try again.' },
  'camera-unavailable': {
    status: 503,
    message: 'The gateway of this camera is offline: try again when it is back.',
  },
  'not-ready': { status: 503, message: 'The server is not ready yet: try again in some seconds.' },
  internal: { status: 500, message: 'Something went wrong here; it has been logged. Try again.' },
} as const;
export type ProblemCode = keyof typeof PROBLEMS;

export type ProblemOptions = ErrorOptions & { message?: string; field?: string };

/** An error that may be shown to a client. Its message is public; the cause never leaves. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly field: string | undefined;

  constructor(code: ProblemCode, { message, field, cause }: ProblemOptions = {}) {
    super(message ?? PROBLEMS[code].message, { cause });
    this.name = 'Problem';
    this.code = code;
    this.field = field;
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }
}
