# shellcheck shell=bash
# Copyright The Mosu Authors
# SPDX-License-Identifier: Apache-2.0
#
# Part of scripts/chaos: what happens to the database. Jobs are submitted throughout; a job that was acknowledged must be there after.

SPEC='{"command":["true"],"gpus":1,"cpus":1,"memoryMib":64}'
submit_on() { # FILE ADDRESS: a line for each answer: job or -, when, how long it took, status, Retry-After or -, key
  local took status id key began n=0
  began=$(now)
  while :; do
    key=$(basename "$1").$began.$((++n)) # told again by nobody: a number that is given again has another
    read -r took status < <(curl -s -m 30 -o "$1.body" -D "$1.head" -w '%{time_total} %{http_code}\n' -H 'Content-Type: application/json' -H "Idempotency-Key: $key" \
      -d "$SPEC" "http://$2/v1/jobs") || true
    id=-
    if [[ $status == 20* ]]; then id=$(sed -nE 's/.*"id": *"([^"]+)".*/\1/p' "$1.body"); fi
    printf '%s %s %s %s %s key=%s\n' "${id:--}" "$(now)" "$took" "$status" "$(awk 'tolower($1) == "retry-after:" { print $2 + 0; exit }' "$1.head" | grep . || echo -)" "$key" >>"$1"
  done
}
submitters() { # sets ACKS
  local i
  ACKS=$DIR/acks
  rm -f "$ACKS".*
  for i in 1 2; do submit_on "$ACKS.$i" "127.0.0.1:$((MOSU_PORT_BASE + i - 1))" 2>/dev/null & OWN+=" $!"; done
  await 90 accepted_after "$(now)" 20 || fail "nothing is accepted: $(tail -n 1 "$ACKS".1) $(cat "$ACKS".1.body)"
}
accepted_after() { # TIME HOW_MANY: since then
  cat "$ACKS".[12] 2>/dev/null | awk -v t="$1" -v n="$2" '$1 != "-" && $2 > t { some++ } END { exit some < n }'
}
first_after() { cat "$ACKS".[12] | awk -v t="$1" '$1 != "-" && $2 > t { print $2 }' | sort -n | sed -n 1p; }
count_lost() { # sets LOST: how many were acknowledged and are not known now
  mosu ps --all --limit 100000 --no-headers | awk '{ print $1 }' | sort >"$DIR/known"
  cat "$ACKS".[12] | awk '$1 != "-" { print $1 }' | sort | comm -23 - "$DIR/known" >"$DIR/lost"
  LOST=$(wc -l <"$DIR/lost")
  cat "$ACKS".[12] >>"$DIR/history" # for the check of the journal, now and after every later scenario
}
acknowledged() { # all that was must be there
  figure acknowledged "$(cat "$ACKS".[12] | grep -vc '^-')"
  count_lost
  figure lost "$LOST"
  must "nothing acknowledged is lost" test "$LOST" = 0
}
end_submitters() {
  local pid
  for pid in $OWN; do kill "$pid" 2>/dev/null || true; done
  for pid in $OWN; do wait "$pid" 2>/dev/null || true; done
  OWN=""
}
database_back() { # T0 BROUGHT_BACK BEACON: what was seen meanwhile of a job that ran, and of submissions
  must "accepts again" await 30 accepted_after "$2" 20
  local after
  after=$(calc "$(first_after "$2") - $2")
  figure accepts_after_s "$after"
  must "accepts within 5 s" holds "$after < 5"
  must "the job that ran goes on" untouched "$3"
  figure longest_pause_s "$(longest_pause "$3" "$1")"
  end_submitters
  local slowest
  slowest=$(refusals "$1" | awk "{ print \$3 }" | sort -n | tail -1)
  figure slowest_refusal_s "$slowest"
  must "refused within 5 s" holds "${slowest:-99} < 5"
  must "every refusal is 503 and says when to try again: $(wrong_refusals "$1" | head -n 3)" test -z "$(wrong_refusals "$1")"
  figure refused "$(refusals "$1" | wc -l)"
  acknowledged
}
longest_pause() { awk -v t="$2" 'NF && $1 > t { if (last && $1 - last > most) most = $1 - last; last = $1 } END { printf "%.2f", most }' "$1"; }
database_killed() {
  start_on host-1
  local old t0
  old=$(beacon "$JOB" host-1)
  submitters
  t0=$(now)
  cluster db-kill
  sleep 30
  cluster db-start
  database_back "$t0" "$(now)" "$old"
}
database_hung() {
  start_on host-1
  local old t0 back
  old=$(beacon "$JOB" host-1)
  submitters
  t0=$(now)
  cluster pause db
  sleep 30
  back=$(now)
  cluster resume db
  database_back "$t0" "$back" "$old"
}
database_promoted() {
  start_on host-1
  local old t0 back
  old=$(beacon "$JOB" host-1)
  submitters
  t0=$(now)
  cluster db-kill
  sleep 2 # as long as who decides takes
  cluster db-promote
  back=$(now)
  figure promoted_after_s "$(calc "$back - $t0")"
  database_back "$t0" "$back" "$old"
  # shellcheck disable=SC2034 # for the check of the journal
  DATABASE=$((MOSU_PORT_BASE + 301))
}
