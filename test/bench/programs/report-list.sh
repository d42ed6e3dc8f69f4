#!/bin/sh
# Prints warnings of one kind, then reports every file of its list. usage: report-list.sh WARNINGS MANIFEST
awk -v count="$1" 'BEGIN { for (i = 1; i <= count; i++) print "WARNING - sequence " i " is over the limit, cut" }'
awk '{ printf "{\"file\":\"%s\",\"status\":\"complete\"}\n", $0 }' "$2" >> "$DROVER_REPORT_FILE"
