#!/usr/bin/env bash
# `npm run engines [TEST…]`: the exports on the engines that they are for. Needs root and Debian; OMNIROUTE_ENGINES is where the engines go.
set -euo pipefail
cd "$(dirname "$0")/../.."

export OMNIROUTE_ENGINES=${OMNIROUTE_ENGINES:-${XDG_CACHE_HOME:-$HOME/.cache}/omniroute-engines}
bash test/engines/install.sh "$OMNIROUTE_ENGINES"
# Ports and names are the examples' own, so one file at a time.
exec node scripts/test.mjs --test-concurrency=1 --test-timeout=600000 "${@:-test/engines}"
