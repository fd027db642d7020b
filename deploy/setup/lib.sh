# Shared by up.sh and verify.sh. POSIX sh; needs only Node >= 20 and npm.

say() { printf '%s\n' "$*"; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

# step "text" command…: shows what is done and for how long; shows the output only when it fails.
step() {
  step_text=$1; shift
  step_log=$(mktemp)
  step_from=$(date +%s)
  printf '  %s … ' "$step_text"
  if "$@" >"$step_log" 2>&1; then
    printf 'done (%s s)\n' "$(($(date +%s) - step_from))"
    rm -f "$step_log"
  else
    printf 'failed\n'
    tail -n 40 "$step_log" >&2
    rm -f "$step_log"
    return 1
  fi
}

need_node() {
  command -v node >/dev/null 2>&1 || fail "Node.js is missing: install Node >= 20 and start again"
  major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$major" -ge 20 ] || fail "Node $major is too old: install Node >= 20 and start again"
  command -v npm >/dev/null 2>&1 || fail "npm is missing: install it and start again"
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"
  elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then sudo -n "$@"
  else return 77
  fi
}

apt_install() {
  DEBIAN_FRONTEND=noninteractive as_root apt-get update -q &&
    DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -q --no-install-recommends "$@"
}

# need_packages command:package …: installs the packages whose command is missing; "font:NAME:package" asks fontconfig.
need_packages() {
  missing=""
  for entry in "$@"; do
    case "$entry" in
      font:*) name=${entry#font:}; fc-list 2>/dev/null | grep -q "${name%%:*}" || missing="$missing ${name#*:}" ;;
      *) command -v "${entry%%:*}" >/dev/null 2>&1 || missing="$missing ${entry#*:}" ;;
    esac
  done
  [ -z "$missing" ] && return 0
  command -v apt-get >/dev/null 2>&1 || fail "missing:$missing. Install them with your system's package manager and start again"
  if [ "$(id -u)" -ne 0 ] && ! (command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null); then
    fail "missing:$missing. This user cannot install packages: run  sudo apt-get install$missing  and start again"
  fi
  # shellcheck disable=SC2086
  step "system packages:$missing" apt_install $missing || fail "could not install$missing: see above, check the package sources, and start again"
}

need_node_modules() {
  stamp=node_modules/.installed-lock
  if [ -f "$stamp" ] && cmp -s package-lock.json "$stamp" && [ -x node_modules/.bin/node ]; then return 0; fi
  [ -w . ] || fail "this folder is read-only: make $(pwd) writable for $(id -un), or copy it elsewhere"
  ONNXRUNTIME_NODE_INSTALL=skip step "Node packages (npm ci)" npm ci --no-audit --no-fund ||
    fail "npm ci did not finish: see above; check the npm registry and the free disk space, and start again"
  [ -x node_modules/.bin/node ] || fail "the npm package 'node' did not install Node 24: allow its install script and run npm ci again"
  cp package-lock.json "$stamp"
}

need_web() {
  if [ -f dashboard/web/dist/index.html ] &&
    [ -z "$(find dashboard/web/src dashboard/web/index.html models/contract package-lock.json -newer dashboard/web/dist/index.html -print -quit 2>/dev/null)" ]; then
    return 0
  fi
  step "web pages (vite build)" npm run -s build:web || fail "the web pages could not be built: see above"
}

need_console() {
  if [ -f gateway/console/dist/index.html ] &&
    [ -z "$(find gateway/console/src gateway/console/index.html gateway/console/public gateway/src/console/interface.ts models/contract package-lock.json -newer gateway/console/dist/index.html -print -quit 2>/dev/null)" ]; then
    return 0
  fi
  step "technician's page (vite build)" npm run -s build:console || fail "the technician's page could not be built: see above"
}
