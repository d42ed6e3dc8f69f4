#!/bin/sh
# Starts one worker, waits for it and records how it ended, also when no engine is there to see it.
#
# usage: launcher.sh RECORD START FIFO OWNER COMMAND [ARGUMENT...]
#   RECORD  file that gets one line at the start and one at the end; a line counts only with its newline, so a torn one is no line
#   START   number of this start, for the lines
#   FIFO    path of the FIFO to make for the worker's standard input, or - for none
#   OWNER   file that an engine touches while it owns the run, or -
#
# The engine starts this as a session leader with both outputs on the worker's log. The worker stays in this process group.

record=$1 start=$2 fifo=$3 owner=$4
shift 4

# A stop is sent to the whole group: the launcher outlives it, to record the end. A trap (not an ignored signal) is reset in the worker.
trap : TERM INT HUP

# Sets started and group of process $1; the name in the second field may hold spaces and parentheses, so what counts stands after the last one.
look_at() {
  started='' group=''
  { read -r line < "/proc/$1/stat"; } 2>/dev/null || return 1
  set -- ${line##*) }
  group=$3 started=${20}
}

# Gives the worker end of input when no engine has touched OWNER for ten looks of a minute each. Never kills.
mind_owner() {
  trap 'kill "$nap" 2>/dev/null; exit 0' TERM
  mark=$fifo.mark idle=0
  : > "$mark"
  while [ "$idle" -lt 10 ]; do
    sleep 60 &
    nap=$!
    wait "$nap"
    if [ "$owner" -nt "$mark" ]; then idle=0; else idle=$((idle + 1)); fi
    : > "$mark"
  done
  kill -USR1 "$$"
}

minder=''
if [ "$fifo" = - ]; then
  "$@" < /dev/null &
  child=$!
else
  mkfifo -m 600 "$fifo" || exit 126
  # Held open for reading and writing, so that neither side ever waits for the other and an engine may come and go.
  exec 3<> "$fifo"
  # End of input: the last writer besides the engine lets go.
  trap 'exec 3>&-' USR1
  "$@" < "$fifo" 3>&- &
  child=$!
fi

look_at "$child"
born=$started
read -r boot < /proc/sys/kernel/random/boot_id
printf '{"start":%s,"pid":%s,"pgid":%s,"start_time":%s,"boot_id":"%s"}\n' "$start" "$child" "${group:-$$}" "${born:-0}" "$boot" >> "$record"

if [ "$fifo" != - ]; then
  # Closed by exec: a redirection of a function call would keep a copy, and with it the FIFO open.
  (exec 3>&- < /dev/null > /dev/null 2>&1 && mind_owner) &
  minder=$!
fi

# A trapped signal interrupts wait; the child is still ours and not reaped as long as its start time is the one recorded.
while :; do
  { wait "$child"; } 2> /dev/null
  status=$?
  look_at "$child" && [ "$started" = "$born" ] || break
done

printf '{"start":%s,"status":%s}\n' "$start" "$status" >> "$record"
if [ -n "$minder" ]; then
  kill "$minder" 2>/dev/null
  wait "$minder" 2>/dev/null
fi
exit "$status"
