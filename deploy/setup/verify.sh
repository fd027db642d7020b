#!/bin/sh
# npm run verify: sets up what the tests need, then runs every check and test. Arguments go to tests/verify.ts.
set -u
cd "$(dirname "$0")/../.." || exit 1
. deploy/setup/lib.sh

say "平安边缘网关 Pingan Edge: setting up the tests"
need_node
PATH=$PATH:/usr/sbin
need_packages ffmpeg:ffmpeg ffprobe:ffmpeg bwrap:bubblewrap mosquitto:mosquitto motion:motion chromium:chromium fc-list:fontconfig font:CJK:fonts-noto-cjk
need_node_modules
need_web
need_console
PATH=$PWD/node_modules/.bin:$PATH
export PATH
exec node_modules/.bin/node tests/verify.ts "$@"
