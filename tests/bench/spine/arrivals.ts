import { Type } from 'typebox';
import { Value } from 'typebox/value';

const AlarmSchema = Type.Object({ id: Type.String(), type: Type.String(), occurredAt: Type.String() });

export type Arrivals = {
  /** Milliseconds from the capture of the picture that raised the alarm to its showing here, oldest first. */
  latenciesMs(): readonly number[];
  close(): void;
};

/** Listens to the event stream as a browser does and notes when each zone intrusion that happens from now on is first shown. */
export async function watchArrivals(url: string, cookie: string): Promise<Arrivals> {
  const abort = new AbortController();
  const response = await fetch(`${url}/api/v1/stream`, { headers: { cookie }, signal: abort.signal });
  if (response.status !== 200 || response.body === null)
    throw new Error(`the event stream answered ${response.status}`);
  const fromMs = Date.now();
  const latencies = new Map<string, number>();
  const note = (line: string) => {
    if (!line.startsWith('data:')) return;
    const data: unknown = JSON.parse(line.slice('data:'.length));
    if (!Value.Check(AlarmSchema, data) || data.type !== 'zone-intrusion' || latencies.has(data.id)) return;
    const occurredMs = Date.parse(data.occurredAt);
    if (occurredMs >= fromMs) latencies.set(data.id, Date.now() - occurredMs);
  };
  const read = async (body: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of body) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(note);
    }
  };
  read(response.body).catch((error: unknown) => {
    if (!abort.signal.aborted) console.error('the event stream broke off:', error);
  });
  return { latenciesMs: () => [...latencies.values()], close: () => abort.abort() };
}
