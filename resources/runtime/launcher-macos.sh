#!/bin/sh
# The launcher for macOS: as launcher.sh, with ps in the place of /proc and the boot time in the place of a boot id.
# Not proved on a Mac; see the README.

record=$1 start=$2 fifo=$3 owner=$4
shift 4
trap : TERM INT HUP

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

start_of() {
  LC_ALL=C date -j -f '%a %b %d %T %Y' "$(LC_ALL=C ps -o lstart= -p "$1")" +%s 2>/dev/null
}

minder=''
if [ "$fifo" = - ]; then
  "$@" < /dev/null &
  child=$!
else
  mkfifo -m 600 "$fifo" || exit 126
  exec 3<> "$fifo"
  trap 'exec 3>&-' USR1
  "$@" < "$fifo" 3>&- &
  child=$!
fi

born=$(start_of "$child")
boot=$(sysctl -n kern.boottime | sed 's/^{ sec = \([0-9]*\).*/\1/')
printf '{"start":%s,"pid":%s,"pgid":%s,"start_time":%s,"boot_id":"%s"}\n' "$start" "$child" "$$" "${born:-0}" "$boot" >> "$record"

if [ "$fifo" != - ]; then
  # Closed by exec: a redirection of a function call would keep a copy, and with it the FIFO open.
  (exec 3>&- < /dev/null > /dev/null 2>&1 && mind_owner) &
  minder=$!
fi

while :; do
  { wait "$child"; } 2> /dev/null
  status=$?
  [ "$status" -ne 127 ] && kill -0 "$child" 2>/dev/null && [ "$(start_of "$child")" = "$born" ] || break
done

printf '{"start":%s,"status":%s}\n' "$start" "$status" >> "$record"
if [ -n "$minder" ]; then
  kill "$minder" 2>/dev/null
  wait "$minder" 2>/dev/null
fi
exit "$status"
