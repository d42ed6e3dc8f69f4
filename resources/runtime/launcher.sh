#!/bin/sh
# The launcher for Linux. launch-worker.sh describes what a launcher does, and its arguments; this file has the parts for Linux.
# It is started for every item of a step with one process per item, so it starts no process besides the worker and its minder.

# Sets started and group of process $1. The name in the second field may contain spaces and parentheses, so parsing starts after its end.
look_at() {
  started='' group=''
  { read -r line < "/proc/$1/stat"; } 2>/dev/null || return 1
  set -- ${line##*) }
  group=$3 started=${20}
}

# The child processes stay in its control group, even with another session and environment. Without a group, those two have to be enough.
if [ -n "${DROVER_CGROUP:-}" ]; then
  # An engine that removes groups of dead engines may remove this group just before this process is in it.
  { echo "$$" > "$DROVER_CGROUP/cgroup.procs" || { mkdir "$DROVER_CGROUP" && echo "$$" > "$DROVER_CGROUP/cgroup.procs"; }; } 2> /dev/null
  unset DROVER_CGROUP
fi

# The start time of this process, which identifies its group.
look_at "$$"
leader=$started

read_boot() {
  read -r boot < /proc/sys/kernel/random/boot_id
}

. "${0%/*}/launch-worker.sh"
