#!/bin/sh
# npm run up: sets up what is missing, then starts the whole system on this machine.
set -u
cd "$(dirname "$0")/../.." || exit 1
. deploy/setup/lib.sh

say "平安边缘网关 Pingan Edge: setting up"
need_node
need_packages ffmpeg:ffmpeg ffprobe:ffmpeg bwrap:bubblewrap
need_node_modules
need_web
need_console
PATH=$PWD/node_modules/.bin:$PATH
export PATH
exec node_modules/.bin/node deploy/demo/up.ts
