/** Bounds of what is kept, bytes. */
export type EvidenceQuota = {
  clipBytes: number;
  snapshotBytes: number;
  totalBytes: number;
  /** Of the disk, for events and everything else. */
  reserveBytes: number;
};

export type StoredFile = {
  evidenceId: string;
  name: string;
  kind: 'clip' | 'snapshot';
  bytes: number;
  createdAtMs: number;
  /** The centre has it. */
  uploaded: boolean;
};

/** What goes first: what the centre has already, and of that and of the rest the oldest. Ids sort by time of birth. */
export function bySacrifice(files: readonly StoredFile[]): StoredFile[] {
  return files.toSorted(
    (a, b) =>
      Number(b.uploaded) - Number(a.uploaded) ||
      a.createdAtMs - b.createdAtMs ||
      (a.evidenceId < b.evidenceId ? -1 : Number(a.evidenceId > b.evidenceId)),
  );
}

/** The files that must go to keep each class and the total within the quota, in the order in which they go. */
export function beyondQuota(files: readonly StoredFile[], quota: EvidenceQuota): StoredFile[] {
  const removed = new Set<StoredFile>();
  const trim = (of: readonly StoredFile[], limit: number) => {
    let sum = of.reduce((total, { bytes }) => total + bytes, 0);
    for (const file of of) {
      if (sum <= limit) return;
      removed.add(file);
      sum -= file.bytes;
    }
  };
  const ordered = bySacrifice(files);
  trim(
    ordered.filter(({ kind }) => kind === 'clip'),
    quota.clipBytes,
  );
  trim(
    ordered.filter(({ kind }) => kind === 'snapshot'),
    quota.snapshotBytes,
  );
  trim(
    ordered.filter((file) => !removed.has(file)),
    quota.totalBytes,
  );
  return [...removed];
}
