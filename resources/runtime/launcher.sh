#!/bin/sh
# The launcher for Linux. What a launcher does and its arguments stand in launch-worker.sh; here is what only Linux has.
# It is started for every item of a step that runs one process per item, so it starts no process besides the worker and its minder.

# Sets started and group of process $1; the name in the second field may hold spaces and parentheses, so what counts stands after the last one.
look_at() {
  started='' group=''
  { read -r line < "/proc/$1/stat"; } 2>/dev/null || return 1
  set -- ${line##*) }
  group=$3 started=${20}
}

# What this process starts stays in its control group, whatever becomes of session and environment. Where that is refused they have to do.
if [ -n "${DROVER_CGROUP:-}" ]; then
  # An engine that removes what dead ones left may take away the group in the moment before this process is in it.
  { echo "$$" > "$DROVER_CGROUP/cgroup.procs" || { mkdir "$DROVER_CGROUP" && echo "$$" > "$DROVER_CGROUP/cgroup.procs"; }; } 2> /dev/null
  unset DROVER_CGROUP
fi

# The start time of this process, by which its group is known.
look_at "$$"
leader=$started

read_boot() {
  read -r boot < /proc/sys/kernel/random/boot_id
}

. "${0%/*}/launch-worker.sh"
