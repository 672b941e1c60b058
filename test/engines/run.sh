#!/usr/bin/env bash
# `npm run engines [TEST…]`: the exports on the engines that they are for. Needs root and Debian; OMNIROUTE_ENGINES is where the engines go.
set -euo pipefail
cd "$(dirname "$0")/../.."

export OMNIROUTE_ENGINES=${OMNIROUTE_ENGINES:-${XDG_CACHE_HOME:-$HOME/.cache}/omniroute-engines}
bash test/engines/install.sh "$OMNIROUTE_ENGINES"

# The network, mounts, /run and processes of the engines are in here alone, and go with it: a daemon, a rule of the firewall or a bridge
# that a test leaves behind included. Ports and names are the examples' own, so one file at a time.
# Only the control groups are the machine's: they are left empty.
remove_control_groups() {
  find /sys/fs/cgroup -depth -type d -regex '/sys/fs/cgroup/\([a-z]+/\)?\(docker\|libpod_parent\|omniroute-engines\)\(/.*\)?' -exec rmdir {} + 2> /dev/null || true
}
trap remove_control_groups EXIT

# shellcheck disable=SC2016
unshare --net --mount --pid --fork --kill-child --mount-proc catatonit -- bash -euc '
  ip link set lo up
  mount -t tmpfs none /run
  exec node scripts/test.mjs --test-concurrency=1 --test-timeout=600000 "$@"
' engines "${@:-test/engines}"
