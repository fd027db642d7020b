/** Who may connect. `gateway`: its own channels and its site's sensors; `sensors`: announces and reports sensors of one site. */
export type Account =
  | { kind: 'gateway'; gatewayId: string }
  | { kind: 'sensors'; name: string; gatewayId: string };

export type BrokerMessage = { topic: string; payload: Buffer };
export type PublishOptions = { retain?: boolean };

/** The message broker as the centre uses it. One implementation: aedes in this process. */
export type Broker = {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Sends to gateways with QoS 1. Resolves when the broker has it. */
  publish(topic: string, payload: string, options?: PublishOptions): Promise<void>;
  /** Port it listens on. */
  readonly port: number;
  /** Gateways with a session right now. */
  connectedGateways(): string[];
};

export type BrokerOptions = {
  host: string;
  port: number;
  connectionLimit: number;
  /** The account of these credentials, or null. */
  authenticate(username: string, password: Buffer): Promise<Account | null>;
  /** A message of a gateway on one of its up-channels; the topic's id is proven to be the sender's. */
  onMessage(message: BrokerMessage): void;
  /** Waits while too much is unprocessed; the sender is held back meanwhile. */
  whenRoom(): Promise<void>;
};
