/**
 * node-rtsp-stream as its README shows it, a process of its own: RTSP in, MPEG-1 out over a WebSocket. The address with its login comes from
 * the environment; ends when its standard input does.
 */
import Stream from 'node-rtsp-stream';

const { BENCH_RTSP_URL: streamUrl = '', BENCH_WS_PORT: port = '0', BENCH_KBPS: kbps = '2000' } = process.env;
const stream = new Stream({
  name: 'bench',
  streamUrl,
  wsPort: Number(port),
  ffmpegOptions: { '-stats': '', '-r': 25, '-b:v': `${kbps}k` },
});
process.stdin.resume();
process.stdin.once('end', () => {
  stream.stop();
  process.exit(0);
});
process.once('SIGTERM', () => {
  stream.stop();
  process.exit(0);
});
console.log('ready');
