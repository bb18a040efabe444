# shellcheck shell=bash
# Copyright The Mosu Authors
# SPDX-License-Identifier: Apache-2.0
#
# Part of scripts/chaos: what is seen from outside, by the beacons of tasks, /proc, the agents' ledgers and what clients were told.
# scripts/chaos.d/planted holds it against what is planted.

now() { cut -d' ' -f1 /proc/uptime; }
calc() { awk "BEGIN { printf \"%.2f\", $* }"; }
holds() { awk "BEGIN { exit !($*) }"; }
await() { # SECONDS COMMAND...: whether it came true; looks without a process of its own, which would be load
  local up end
  end=$(awk "BEGIN { printf \"%d\", 100 * ($(now) + $1) }")
  shift
  until "$@"; do
    read -r up _ </proc/uptime
    ((${up/./} < end)) || return 1
    sleep 0.1
  done
}
beacon() { compgen -G "$BEACONS/$2.*.$1" | awk -F. '{ print $(NF - 1), $0 }' | sort -n | tail -1 | cut -d' ' -f2-; } # JOB NODE: the latest
first() { head -n 1 "$1"; }
last() { awk 'NF { line = $1 } END { print line }' "$1"; } # the line that is being written may be half there
beats() { local before; before=$(wc -l <"$1"); sleep 0.3; (($(wc -l <"$1") > before)); }
quiet() { ! beats "$1"; }
beacons_of() { compgen -G "$BEACONS/*.$1" || true; } # JOB: a file for each lease that it ran by
untouched() { [[ -s $1 ]] && beats "$1" && [[ $(beacons_of "${2:-$JOB}") == "$1" ]]; } # BEACON [JOB]: it goes on, and was never started again
pids_of() { # JOB: what lives of it, zombies apart
  local pid
  for pid in $(cd /proc && printf '%s\n' [0-9]*); do
    { tr '\0' '\n' <"/proc/$pid/environ" | grep -qx "MOSU_JOB_ID=$1"; } 2>/dev/null || continue
    [[ $(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null) == Z* ]] || echo "$pid"
  done
}
none_of() { [[ -z $(pids_of "$1") ]]; }
none_marked() { [[ -z $(pgrep -fx "sleep $1") ]]; } # SECONDS: by its words, whatever it did with its environment
overlaps() { # of beacons of one device, and of one job, in time
  local f
  for f in "$BEACONS"/*; do
    [[ -s $f ]] && echo "$(basename "$f") $(first "$f") $(last "$f")"
  done | awk '
    { split($1, part, "."); n = split(part[2], device, ",")
      for (i = 1; i <= n; i++) print part[1] "/" device[i], $2, $3
      print part[4], $2, $3 }' | sort -k1,1 -k2,2n | awk '
    $1 == key && $2 <= end { bad++ } { if ($1 != key || $3 > end) end = $3; key = $1 } END { print bad + 0 }'
}
ledger_overlaps() { # of START (or ADOPT) to STOP or FENCE on one device, by the agents own account
  cat "$DIR"/agents/[0-9]*/ledger.jsonl* 2>/dev/null | awk '
    function value(name,  text) { match($0, "\"" name "\":\"?[^,\"}]*"); text = substr($0, RSTART, RLENGTH); sub(/.*:"?/, "", text); return text }
    { match($0, /"devices":\[[^]]*/); list = substr($0, RSTART + 11, RLENGTH - 11); gsub(/"/, "", list)
      event = value("event"); token = value("token"); node = value("node"); n = split(list, device, ",")
      for (i = 1; i <= n; i++) print node "/" device[i], value("boottime_ms"), event, token }' | sort -k1,1 -k2,2n | awk '
    $1 != key { key = $1; split("", live) }
    $3 == "START" { for (t in live) if (t != $4) bad++; live[$4] = 1 }
    $3 == "STOP" || $3 == "FENCE" { delete live[$4] } END { print bad + 0 }'
}

refusals() { cat "$ACKS".[12] | awk -v t="$1" '$1 == "-" && $2 > t'; } # SINCE
wrong_refusals() { refusals "$1" | awk '$4 != 503 || $5 == "-"'; } # SINCE: other than: not now, try again then
idle() { local left; left=$(mosu ps --no-headers 2>/dev/null) && [[ -z $left ]]; }
told() { # what a client sees of jobs that have ended, for the check of the journal, now and after every later scenario
  local all
  all=$(mosu ps --all --limit 100000 --no-headers) || return 1
  awk '$4 ~ /^(COMPLETED|FAILED|CANCELLED)$/ { print $1, $4 }' <<<"$all" >>"$DIR/ended"
  sort -u -o "$DIR/ended" "$DIR/ended" # a job that was seen to end in two ways stays there with both
}
