# Starts one worker, waits for it and records how it ended, even when no engine is running then. Sourced by the launcher of a platform, which
# defines look_at and read_boot.
#
# usage: launcher.sh RECORD START FIFO OWNER COMMAND [ARGUMENT...]
#   RECORD  file that gets one line at the start and one at the end; a line counts only with its newline, so a torn line is ignored
#   START   number of this start, for the lines
#   FIFO    path of the FIFO to create for the worker's standard input, or - for none
#   OWNER   file that an engine touches while it owns the run
#
# The engine starts this as a session leader with both outputs on the worker's log. The worker stays in this process group.
# DROVER_LAUNCHER_LOOK_SECONDS (60 when not set) is the interval between two checks of OWNER; tests shorten it.

record=$1 start=$2 fifo=$3 owner=$4 leader=${leader:-}
shift 4

# A stop is sent to the whole group. The launcher survives it, to record the end. A trap (not an ignored signal) is reset in the worker.
trap 'signalled=yes' TERM INT HUP

# Appends line $1 to the record. On a full disk it waits, so that the end is recorded once there is space again; a partial line is ended
# by a newline first. Without its folder, nobody reads the record any more.
write_record() {
  { printf '%s\n' "$1" >> "$record"; } 2> /dev/null && return
  until { printf '\n%s\n' "$1" >> "$record"; } 2> /dev/null || [ ! -d "${record%/*}" ]; do sleep 1; done
}

# Stamps the mark. When its folder was removed (as the runtime folder is at the end of a login), a mark beside the record replaces it.
touch_mark() {
  { true > "$mark"; } 2> /dev/null && return
  mark=$record.$start.mark
  { true > "$mark"; } 2> /dev/null
}

# Gives the worker end of input when no engine has touched OWNER for ten checks, one minute apart. Never kills.
mind_owner() {
  over='' nap='' mark=$fifo.mark idle=0
  # KILL, because a sleep that was just forked is still a copy of this shell, which would only record a TERM and then lose it.
  trap 'over=yes; kill -KILL "$nap" 2>/dev/null' TERM
  # A signal between the start of this process and its trap is lost; the text that was written to the mark before it is not.
  [ ! -s "$mark" ] || exit 0
  touch_mark
  while [ "$idle" -lt 10 ]; do
    sleep "${DROVER_LAUNCHER_LOOK_SECONDS:-60}" &
    nap=$!
    [ -n "$over" ] || wait "$nap"
    if [ -n "$over" ]; then
      # Also needed when the signal came before the number of the sleep was known. Waits, so that the sleep is not taken for a leftover process.
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
  # Opened for reading and writing, so that neither side ever blocks and an engine may connect and disconnect.
  exec 3<> "$fifo"
  # End of input: closes the only writer besides the engine.
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

# A trapped signal interrupts wait with its own status, even when the worker ended at that moment and the shell has recorded it. So wait is
# repeated until no signal came in between. When nothing is left to wait for then, the previous status was that of the worker.
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
