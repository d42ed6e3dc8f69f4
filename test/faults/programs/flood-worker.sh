#!/bin/sh
# The worker of the floods. usage: flood-worker.sh WHAT AMOUNT [MANIFEST]
#   queue     takes items from standard input, each for AMOUNT seconds, and notes each in $DROVER_LOG_DIR/done
#   items     prints AMOUNT warnings of one kind and reports every file of its MANIFEST, all at once
#   bursts    prints twenty times AMOUNT bytes in lines, with pauses between
#   lines     prints AMOUNT bytes in lines; line prints them in one line; warnings prints AMOUNT warnings of one kind
#   tree      three levels of processes that ignore SIGTERM
what=$1 amount=$2 manifest=${3-}

report_all() {
  awk '{ printf "{\"file\":\"%s\",\"status\":\"complete\"}\n", $0 }' "$manifest" >> "$DROVER_REPORT_FILE"
}

print_lines() {
  yes '2026-11-21 05:15:00,123 - Worker 0 - embed - INFO - batch 12, loss 0.12345, 512 sequences of it are done' |
    head -c "$amount"
}

print_warnings() {
  awk -v count="$amount" 'BEGIN { for (i = 1; i <= count; i++)
    print "2026-11-21 05:15:00,123 - Worker 0 - embed - WARNING - sequence " i " is over the limit, cut" }'
}

case $what in
  queue)
    while read -r line; do
      file=${line#*'"file":"'} file=${file%%'"'*}
      [ "$amount" = 0 ] || sleep "$amount"
      echo "$file" >> "$DROVER_LOG_DIR/done"
      echo "{\"file\":\"$file\",\"status\":\"complete\"}" >> "$DROVER_REPORT_FILE"
    done
    ;;
  items)
    print_warnings
    report_all
    ;;
  lines)
    print_lines
    report_all
    ;;
  bursts)
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
      print_lines
      sleep 0.2
    done
    report_all
    ;;
  line)
    head -c "$amount" /dev/zero | tr '\0' x
    report_all
    ;;
  warnings)
    print_warnings
    report_all
    ;;
  tree)
    trap '' TERM
    echo ready
    sh -c 'sh -c "while :; do sleep 60; done" & while :; do sleep 60; done' &
    while :; do sleep 60; done
    ;;
esac
