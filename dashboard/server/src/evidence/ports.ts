/** Evidence as the store keeps it. */
export type KeptEvidence = {
  id: string;
  gatewayId: string;
  cameraId: string;
  state: 'receiving' | 'stored' | 'removed';
  signedText: string;
  signature: string;
  publicKey: string;
  bytes: number;
  tokenHash: Buffer;
};

/** The last request for the evidence of an alarm. */
export type KeptRequest = {
  alarmId: string;
  gatewayId: string;
  askedAt: Date;
  evidenceId: string | null;
  refusal: string | null;
};

/** What evidence needs of the store. */
export type EvidencePorts = {
  keysOf(gatewayId: string): Promise<string[]>;
  find(id: string): Promise<KeptEvidence | undefined>;
  /** Begins an upload, or begins it anew; told to the screens of its alarms. */
  open(row: Omit<KeptEvidence, 'state'> & { openedAt: Date; alarmIds: readonly string[] }): Promise<void>;
  setToken(id: string, tokenHash: Buffer): Promise<unknown>;
  markStored(id: string, at: Date): Promise<void>;
  markRemoved(id: string, at: Date): Promise<void>;
  inSacrificeOrder(gatewayId: string): Promise<{ id: string; bytes: number; state: KeptEvidence['state'] }[]>;
  abandoned(before: Date): Promise<KeptEvidence[]>;
  requestByTicket(ticketHash: Buffer): Promise<KeptRequest | undefined>;
  ask(request: {
    alarmId: string;
    gatewayId: string;
    askedAt: Date;
    askedBy: string;
    ticketHash: Buffer;
  }): Promise<void>;
  setCommand(alarmId: string, commandId: string): Promise<unknown>;
  spendTicket(alarmId: string, evidenceId: string): Promise<unknown>;
  refuse(gatewayId: string, commandId: string, refusal: string, at: Date): Promise<boolean>;
};
