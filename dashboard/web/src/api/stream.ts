/** The one EventSource of the page: changes go straight into the query caches. */
import type { QueryClient } from '@tanstack/react-query';
import { indexQuery, putCamera, putEvent, putGateway, putSensor } from './queries.ts';
import type { CameraItem, EventItem, GatewayItem, SensorItem } from './types.ts';

export type StreamStatus = 'connecting' | 'open' | 'lost';

export type StreamOptions = {
  client: QueryClient;
  onEvent: (event: EventItem) => void;
  onStatus: (status: StreamStatus) => void;
  open?: (url: string) => EventSource;
};

const STREAM_URL = '/api/v1/stream';
const RETRY_MS = 3000;

/** Our server's own JSON: only that it is a thing with an id is checked here. */
function readThing<T extends { id: string }>(data: string): T | null {
  try {
    const value: unknown = JSON.parse(data);
    const isThing =
      typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string';
    return isThing ? (value as T) : null;
  } catch {
    return null;
  }
}

type Message = MessageEvent<string>;

function listen(source: EventSource, { client, onEvent }: StreamOptions): void {
  const on = (name: string, act: (message: Message) => void) => source.addEventListener(name, act);
  on('event', ({ data }) => {
    const event = readThing<EventItem>(data);
    if (event === null) return;
    putEvent(client, event);
    onEvent(event);
  });
  on('camera', ({ data }) => {
    const camera = readThing<CameraItem>(data);
    if (camera !== null) putCamera(client, camera);
  });
  on('sensor', ({ data }) => {
    const sensor = readThing<SensorItem>(data);
    if (sensor !== null) putSensor(client, sensor);
  });
  on('gateway', ({ data }) => {
    const gateway = readThing<GatewayItem>(data);
    if (gateway !== null) putGateway(client, gateway);
  });
  on('index', () => void client.invalidateQueries({ queryKey: indexQuery.queryKey }));
  on('reset', () => void client.invalidateQueries());
}

/**
 * Opens the stream and keeps it open. The browser reconnects by itself with Last-Event-ID; only when it gives up
 * (an answer that is no stream) is a new one opened, and then every list is read again because ids were lost.
 * @returns closes the stream for good
 */
export function openStream(options: StreamOptions): () => void {
  const open = options.open ?? ((url: string) => new EventSource(url));
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isFirst = true;

  const connect = () => {
    options.onStatus('connecting');
    const next = open(STREAM_URL);
    source = next;
    listen(next, options);
    next.onopen = () => {
      options.onStatus('open');
      if (!isFirst) void options.client.invalidateQueries();
      isFirst = false;
    };
    next.onerror = () => {
      options.onStatus('lost');
      if (next.readyState !== EventSource.CLOSED) return;
      isFirst = false;
      // Also asks whether the session still lives; a 401 leads to the login.
      void options.client.invalidateQueries({ queryKey: ['session'] });
      timer = setTimeout(connect, RETRY_MS);
    };
  };
  connect();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}
