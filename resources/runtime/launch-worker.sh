# Starts one worker, waits for it and records how it ended, also when no engine is there to see it. Read by the launcher of a platform, which
# defines look_at and read_boot.
#
# usage: launcher.sh RECORD START FIFO OWNER COMMAND [ARGUMENT...]
#   RECORD  file that gets one line at the start and one at the end; a line counts only with its newline, so a torn one is no line
#   START   number of this start, for the lines
#   FIFO    path of the FIFO to make for the worker's standard input, or - for none
#   OWNER   file that an engine touches while it owns the run
#
# The engine starts this as a session leader with both outputs on the worker's log. The worker stays in this process group.
# DROVER_LAUNCHER_LOOK_SECONDS (60 when not set) is the time between two looks at OWNER; tests shorten it.

record=$1 start=$2 fifo=$3 owner=$4 leader=${leader:-}
shift 4

# A stop is sent to the whole group: the launcher outlives it, to record the end. A trap (not an ignored signal) is reset in the worker.
trap 'signalled=yes' TERM INT HUP

# Appends line $1 to the record. A full disk is waited for, so that the end is known once there is space again; what was cut off is closed
# by a newline first. Without its folder nobody reads the record any more.
write_record() {
  { printf '%s\n' "$1" >> "$record"; } 2> /dev/null && return
  until { printf '\n%s\n' "$1" >> "$record"; } 2> /dev/null || [ ! -d "${record%/*}" ]; do sleep 1; done
}

# Stamps the mark. Where its folder was removed (a login that ended takes its runtime folder along), another beside the record stands in.
touch_mark() {
  { true > "$mark"; } 2> /dev/null && return
  mark=$record.$start.mark
  { true > "$mark"; } 2> /dev/null
}

# Gives the worker end of input when no engine has touched OWNER for ten looks of a minute each. Never kills.
mind_owner() {
  over='' nap='' mark=$fifo.mark idle=0
  # KILL, as a sleep that has just been forked and is still a copy of this shell would only note a TERM, and forget it.
  trap 'over=yes; kill -KILL "$nap" 2>/dev/null' TERM
  # A signal that came between the start of this process and its trap is lost; the word that was left before it is not.
  [ ! -s "$mark" ] || exit 0
  touch_mark
  while [ "$idle" -lt 10 ]; do
    sleep "${DROVER_LAUNCHER_LOOK_SECONDS:-60}" &
    nap=$!
    [ -n "$over" ] || wait "$nap"
    if [ -n "$over" ]; then
      # Also when the signal came before the number of the sleep was known; waited for, so that nothing of ours is taken for a leftover.
      kill -KILL "$nap" 2>/dev/null
      wait "$nap"
      exit 0
    fi
    nap=''
    if [ "$owner" -nt "$mark" ] || [ ! -e "$mark" ]; then idle=0; else idle=$((idle + 1)); fi
    touch_mark
  done
  kill -USR1 "$$"
}

minder=''
if [ "$fifo" = - ]; then
  "$@" < /dev/null &
  child=$!
else
  if ! mkfifo -m 600 "$fifo"; then
    write_record "{\"start\":$start,\"status\":126}"
    exit 126
  fi
  # Held open for reading and writing, so that neither side ever waits for the other and an engine may come and go.
  exec 3<> "$fifo"
  # End of input: the last writer besides the engine lets go.
  trap 'signalled=yes; exec 3>&-' USR1
  "$@" < "$fifo" 3>&- &
  child=$!
fi

look_at "$child"
read_boot
where="\"boot_id\":\"$boot\"${DROVER_PID_NAMESPACE:+,\"pid_namespace\":\"$DROVER_PID_NAMESPACE\"}${leader:+,\"leader_start\":$leader}"
write_record "{\"start\":$start,\"pid\":$child,\"pgid\":${group:-$$},\"start_time\":${started:-0},$where}"

if [ "$fifo" != - ]; then
  # Closed by exec: a redirection of a function call would keep a copy, and with it the FIFO open.
  (exec 3>&- < /dev/null > /dev/null 2>&1 && mind_owner) &
  minder=$!
fi

# A trapped signal cuts wait short with a status of its own, also when the worker ended at that moment and the shell has taken note of it. So
# wait is asked until no signal came in between; that nothing is left to wait for then means that the answer before was the worker's.
status=''
while :; do
  signalled='' before=$status
  { wait "$child"; } 2> /dev/null
  status=$?
  if [ "$status" -eq 127 ] && [ -n "$before" ]; then
    status=$before
    break
  fi
  [ -n "$signalled" ] || break
done

write_record "{\"start\":$start,\"status\":$status}"
if [ -n "$minder" ]; then
  { echo over > "$fifo.mark"; } 2> /dev/null
  kill "$minder" 2>/dev/null
  wait "$minder" 2>/dev/null
  [ ! -e "$record.$start.mark" ] || rm -f "$record.$start.mark"
fi
exit "$status"
