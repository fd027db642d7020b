declare module 'node-rtsp-stream' {
  export default class Stream {
    constructor(options: {
      name: string;
      streamUrl: string;
      wsPort: number;
      ffmpegOptions: Readonly<Record<string, string | number>>;
    });
    stop(): this;
  }
}
