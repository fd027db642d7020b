import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type Server as TcpServer } from 'node:net';

/** A device that took over a camera's ports: tells another identity and notes every byte it is sent. */
export class Trap {
  readonly endpoint = 'urn:uuid:99999999-aaaa-4bbb-8ccc-dddddddddddd';
  #received = '';
  #onvif: Server | undefined;
  #rtsp: TcpServer | undefined;

  /** Everything that was sent to either port. */
  get received(): string {
    return this.#received;
  }

  async start(onvifPort: number, rtspPort: number): Promise<void> {
    const onvif = createServer((request, response) => {
      this.#received += JSON.stringify(request.headers);
      let body = '';
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on('end', () => {
        this.#received += body;
        response.writeHead(200, { 'content-type': 'application/soap+xml' }).end(this.#answer(body));
      });
    });
    const rtsp = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (chunk) => {
        this.#received += chunk.toString('latin1');
        const sequence = /CSeq: *(\d+)/i.exec(chunk.toString('latin1'))?.[1] ?? '1';
        const challenge = chunk.toString('latin1').startsWith('OPTIONS')
          ? ''
          : 'WWW-Authenticate: Basic realm="x"\r\n';
        const status = challenge === '' ? '200 OK' : '401 Unauthorized';
        socket.write(`RTSP/1.0 ${status}\r\nCSeq: ${sequence}\r\n${challenge}\r\n`);
      });
    });
    this.#onvif = onvif;
    this.#rtsp = rtsp;
    await new Promise<void>((resolve) => onvif.listen(onvifPort, '127.0.0.1', resolve));
    await new Promise<void>((resolve) => rtsp.listen(rtspPort, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    this.#onvif?.closeAllConnections();
    await Promise.all(
      [this.#onvif, this.#rtsp].map(
        (server) => new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve())),
      ),
    );
  }

  #answer(body: string): string {
    const answer = body.includes('GetEndpointReference')
      ? `<GetEndpointReferenceResponse><GUID>${this.endpoint}</GUID></GetEndpointReferenceResponse>`
      : '<GetSystemDateAndTimeResponse><SystemDateAndTime><UTCDateTime><Time><Hour>1</Hour><Minute>2</Minute><Second>3</Second></Time><Date><Year>2026</Year><Month>1</Month><Day>1</Day></Date></UTCDateTime></SystemDateAndTime></GetSystemDateAndTimeResponse>';
    return `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>${answer}</s:Body></s:Envelope>`;
  }
}
