import { until } from './until.ts';

export type Told = { id: number; name: string; data: Record<string, unknown> };
export type EventStream = {
  told: Told[];
  isOpen(): boolean;
  /** Resolves with the first message that fits. */
  next(what: string, fits: (message: Told) => boolean): Promise<Told>;
  close(): void;
};

function parse(block: string): Told | null {
  const fields = new Map(
    block
      .split('\n')
      .filter((line) => line.includes(':') && !line.startsWith(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const name = fields.get('event');
  if (name === undefined) return null;
  return { id: Number(fields.get('id')), name, data: JSON.parse(fields.get('data') ?? '{}') };
}

/** Reads server-sent events as a browser does. Rejects when the server answers anything but 200. */
export async function openStream(url: string, cookie: string, lastEventId?: number): Promise<EventStream> {
  const abort = new AbortController();
  const response = await fetch(url, {
    headers: { cookie, ...(lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) }) },
    signal: abort.signal,
  });
  if (response.status !== 200 || response.body === null)
    throw new Error(`the stream answered ${response.status}`);
  const told: Told[] = [];
  let open = true;
  const read = async (body: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of body) {
      const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
      rest = blocks.pop() ?? '';
      told.push(...blocks.map(parse).filter((message) => message !== null));
    }
  };
  read(response.body)
    .catch(() => {})
    .finally(() => {
      open = false;
    });
  return {
    told,
    isOpen: () => open,
    next: (what, fits) => until(what, () => told.find(fits)),
    close: () => abort.abort(),
  };
}
