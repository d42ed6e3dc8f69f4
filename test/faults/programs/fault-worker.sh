#!/bin/sh
# The worker of the fault suite, for all three dispatches. It does what the first line of each item's file says, and writes down beside the
# run what it has done, so that whoever checks need not believe the engine.
#
# usage: fault-worker.sh MODE SIDE REPORTS TERM [MANIFEST | FILE OUTPUT]
#   MODE     queue, list or each
#   SIDE     folder for its own notes: said.RANK.PID (first and last number of lines that are in its log), busy.ITEM, done, violations; tidy, made
#            before the run: failed attempts leave no garbage
#   REPORTS  yes, or no for a program that knows nothing of report files
#   TERM     default, ignore for a program that goes on when it is asked to end, or finish for one that ends its item first and then leaves
#
# First line of an item's file: SECONDS FAILS HOW LINES, with FAILS the number of tries that fail in the way HOW and LINES how many it prints
# at once. Second line: what goes into the output.
mode=$1 side=$2 reports=$3 term=$4 leaving=no
[ "$term" = default ] || trap '' TERM
printed=0
said=$side/said.$DROVER_RANK.$$

# Prints a numbered line, and notes its number once it is in the log.
say() {
  printed=$((printed + 1))
  { echo "line $$ $printed $1"; } 2> /dev/null && echo "$printed $printed" >> "$said"
}

# Prints many numbered lines in one burst.
flood() {
  first=$((printed + 1)) printed=$((printed + $1))
  awk -v from="$first" -v to="$printed" -v pid=$$ 'BEGIN { for (i = from; i <= to; i++) print "line", pid, i, "flood" }' 2> /dev/null &&
    echo "$first $printed" >> "$said"
}

# A report that the disk does not take whole is the end of an honest program.
report() {
  [ "$reports" = yes ] || return 0
  { echo "{\"file\":\"$1\",\"status\":\"$2\"}" >> "$DROVER_REPORT_FILE"; } 2> /dev/null || no_space
}

no_space() {
  { echo 'OSError: [Errno 28] No space left on device'; } 2> /dev/null
  exit 28
}

is_alive() {
  { read -r stat < "/proc/$1/stat"; } 2> /dev/null || return 1
  case ${stat##*) } in [ZX]*) return 1 ;; esac
}

# Nobody else may be at this item. The number of a process of another PID namespace says nothing here: a worker of a container ends with that, and
# whoever is not to work beside it is told so by its file of the owner.
begin() {
  if ! mkdir "$side/busy.$1" 2> /dev/null; then
    { read -r other space < "$side/busy.$1/pid"; } 2> /dev/null && [ "$space" = "$DROVER_PID_NAMESPACE" ] &&
      [ "$other" != $$ ] && is_alive "$other" && echo "$1 is worked on by $other and $$ at once" >> "$side/violations"
  fi
  echo "$$ $DROVER_PID_NAMESPACE" > "$side/busy.$1/pid"
  say "begin $1"
}

finish() {
  rm -rf "$side/busy.$1"
}

# Whether this try is one of those that shall fail.
shall_fail() {
  try=1
  while [ "$try" -le "$2" ]; do
    mkdir "$side/failed.$1.$try" 2> /dev/null && return
    try=$((try + 1))
  done
  return 1
}

# What a failed attempt leaves in the place of its output must never count. Only where nobody may know the exit status of a program that
# reports nothing, since its launcher may be killed, its outputs decide: such a program is tidy, or its garbage would count.
fail() {
  [ -e "$side/tidy" ] || echo "garbage of a failed attempt" > "$output"
  say "fail $name $how"
  finish "$name"
  case $how in
    report) if [ "$mode" = each ]; then report "$file" failed; exit 1; fi; report "$file" failed ;;
    signal) kill -KILL $$ ;;
    missing) rm -f "$output"; report "$file" complete; [ "$mode" != each ] || exit 0 ;;
    space) no_space ;;
    *) exit 3 ;;
  esac
}

# The output grows before it is whole. A program that reports nothing shows by its output alone that it is done, so it puts it there at once.
write_output() {
  if [ "$reports" = yes ]; then
    echo part > "$output"
    sleep 0.01
    echo "out of $name: $payload" > "$output"
  else
    echo "out of $name: $payload" > "$side/draft.$name.$$" && mv "$side/draft.$name.$$" "$output"
  fi
}

# Takes its time. A program that finishes hears only here that it shall end: whatever it starts ignores the signal, as it goes to all of them.
work() {
  if [ "$term" != finish ]; then sleep "$1"; return; fi
  sleep "$1" &
  trap 'leaving=yes heard=yes' TERM
  while :; do
    heard=no
    wait $!
    ended=$?
    [ "$heard" = yes ] && [ "$ended" -gt 128 ] || break
  done
  trap '' TERM
  return "$ended"
}

do_item() {
  name=${file##*/}
  { read -r seconds fails how lines; read -r payload; } < "$file"
  report "$file" started
  begin "$name"
  [ "$lines" -eq 0 ] || flood "$lines"
  if ! work "$seconds"; then how=child; fail; return; fi
  if shall_fail "$name" "$fails"; then fail; return; fi
  write_output
  say "end $name"
  { echo 'Token usage: input=3, output=2, cache_read=0, cache_creation=0'; } 2> /dev/null && echo token >> "$side/tokens.$DROVER_RANK"
  finish "$name"
  echo "$name" >> "$side/done"
  report "$file" complete
}

case $mode in
  queue)
    while read -r line; do
      file=${line#*'"file":"'} file=${file%%'"'*}
      output=${line#*'"output":"'} output=${output%%'"'*}
      do_item
      [ "$leaving" = no ] || exit 0
    done
    ;;
  list)
    while read -r file; do
      output=${file##*/} output=$DROVER_OUTPUT_DIR/${output%.txt}.out
      do_item
      [ "$leaving" = no ] || exit 0
    done < "$5"
    ;;
  each)
    file=$5 output=$6
    do_item
    ;;
esac
