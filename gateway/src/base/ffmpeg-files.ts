/** Where programs are looked for. */
export const SYSTEM_FOLDERS = '/usr/local/bin:/usr/bin:/bin';

/** All that reaches ffmpeg of our environment. */
export const ffmpegEnvironment = (searchPath = SYSTEM_FOLDERS) => ({ PATH: searchPath, LC_ALL: 'C' });

/** Containers that ffmpeg may read from a file; playlists and the like, which name other files, are not among them. */
export const FILE_FORMATS = 'mov,mp4,matroska,webm,avi,mpegts,mpeg,flv,h264,hevc,mjpeg,yuv4mpegpipe';
