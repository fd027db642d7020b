export type EvidenceKeysTable = { gatewayId: string; publicKey: string; seenAt: Date };

export type EvidenceTable = {
  id: string;
  gatewayId: string;
  cameraId: string;
  /** `removed`: it was here and gave way to newer evidence. */
  state: 'receiving' | 'stored' | 'removed';
  /** The manifest as it was signed, its signature and the key that proves it. */
  signedText: string;
  signature: string;
  publicKey: string;
  /** Of all its files. */
  bytes: number;
  tokenHash: Buffer;
  openedAt: Date;
  storedAt: Date | null;
};

export type EvidenceAlarmsTable = { alarmId: string; evidenceId: string };

export type EvidenceRequestsTable = {
  alarmId: string;
  gatewayId: string;
  askedAt: Date;
  askedBy: string;
  ticketHash: Buffer;
  /** The upload that the ticket has opened. */
  evidenceId: string | null;
  commandId: string | null;
  refusal: string | null;
};

export type EvidenceTables = {
  evidenceKeys: EvidenceKeysTable;
  evidence: EvidenceTable;
  evidenceAlarms: EvidenceAlarmsTable;
  evidenceRequests: EvidenceRequestsTable;
};
