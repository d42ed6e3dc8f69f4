#!/bin/sh
# The launcher for macOS, where there is no /proc. launch-worker.sh describes what a launcher does, and its arguments.
# Not tested on a Mac, only with stand-ins for ps, date and sysctl.

# Sets started and group of process $1. Times are read in UTC, because local ones are ambiguous for an hour each year. A stop is sent to the
# whole group, including these tools: they ignore it, so that their output is complete.
look_at() {
  started='' group=''
  set -- $(trap '' TERM INT HUP; LC_ALL=C TZ=UTC0 ps -o pgid= -o lstart= -p "$1" 2>/dev/null)
  [ "$#" -ge 6 ] || return 1
  group=$1
  started=$(trap '' TERM INT HUP; LC_ALL=C date -j -u -f '%a %b %d %T %Y' "$2 $3 $4 $5 $6" +%s 2>/dev/null)
}

# Unlike the boot time, this does not change when the clock is set.
read_boot() {
  boot=$(trap '' TERM INT HUP; sysctl -n kern.bootsessionuuid 2>/dev/null)
}

# The start time of this process would take two more tools; its group is identified by that of the worker.
leader=''

. "${0%/*}/launch-worker.sh"
