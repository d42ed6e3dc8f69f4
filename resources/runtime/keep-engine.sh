#!/bin/sh
# Keeps the engine of a queued run going: when it is killed or crashes, it is started again and adopts what the one before it left.
# An engine that ends by itself, with whatever status, is not started again.
# usage: keep-engine.sh --run ID PROGRAM [ARGUMENT...] --purpose WHY
#
# While this shell lives, the run keeps its place and its devices: its command line names the run, and other Drovers look for that.

# The longest pause before the engine is started again, in seconds. An engine that is killed again and again must not fill the machine.
longest=60

shift 2
pause=1
while :; do
  begun=$(date +%s)
  "$@"
  status=$?
  # A shell reports a signal as 128 and its number: 3 QUIT, 4 ILL, 5 TRAP, 6 ABRT, 7 BUS, 8 FPE, 9 KILL, 11 SEGV. Node ends with ABRT or TRAP when it
  # is out of memory. INT and TERM ask an engine to end, and it does so with 130.
  case $status in
    131 | 132 | 133 | 134 | 135 | 136 | 137 | 138 | 139) ;;
    *) exit "$status" ;;
  esac
  [ $(($(date +%s) - begun)) -lt "$longest" ] || pause=1
  sleep "$pause"
  pause=$((pause * 2))
  [ "$pause" -le "$longest" ] || pause=$longest
  # The purpose is the last argument. Whatever it was, the next engine goes on with what it finds.
  if [ -z "$adopting" ]; then
    count=$#
    while [ "$count" -gt 1 ]; do
      set -- "$@" "$1"
      shift
      count=$((count - 1))
    done
    shift
    set -- "$@" adopt
    adopting=yes
  fi
done
