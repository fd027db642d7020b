/** The text of anything thrown, for logs. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` of a system or database error (ECONNREFUSED, 23505 …), or undefined. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The server cannot start; the message is one sentence with the remedy and is all that an operator sees. */
export class StartError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StartError';
  }
}

const REMEDIES: Record<string, string> = {
  ENOSPC: 'the disk is full: free some space and start again',
  EROFS: 'it is on a read-only file system: choose another dataDir (PINGAN_DATA_DIR)',
  EACCES: 'permission is missing: give this user write access or choose another dataDir (PINGAN_DATA_DIR)',
  EPERM: 'permission is missing: give this user write access or choose another dataDir (PINGAN_DATA_DIR)',
  ENOTDIR: 'a part of the path is a file: choose another dataDir (PINGAN_DATA_DIR)',
};

/** Turns a failed file operation into a StartError that says what to do; other errors pass unchanged. */
export function explainFileError(path: string, error: unknown): unknown {
  const remedy = REMEDIES[codeOf(error) ?? ''];
  return remedy === undefined ? error : new StartError(`cannot write ${path}: ${remedy}`, { cause: error });
}
