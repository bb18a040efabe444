# shellcheck shell=bash
# Copyright The Mosu Authors
# SPDX-License-Identifier: Apache-2.0
#
# Part of scripts/chaos: scheduler nodes. Jobs are submitted throughout; a job that was acknowledged must be there after.

members_of() { # I: as node I sees them
  curl -s -m 2 "http://127.0.0.1:$((MOSU_PORT_BASE + 100 + $1 - 1))/cluster/members" | grep -o '"status":"Up"' | wc -l
}
whole() { (($(members_of 1) == 3)); }
gone_node() { ! kill -0 "$(cut -d' ' -f1 "$DIR/run/node-$1.pid")" 2>/dev/null; } # I
runs_somewhere() {
  local file
  for file in $(beacons_of); do
    if beats "$file"; then return 0; fi
  done
  return 1
}
beacons_of() { compgen -G "$BEACONS/*.$JOB" || true; }
all_nodes_killed() {
  start_on host-1
  local t0 back i
  submitters
  t0=$(now)
  for i in 1 2 3; do cluster kill "$i"; done
  for i in 1 2 3; do cluster restart "$i"; done
  back=$(now)
  figure nodes_back_after_s "$(calc "$back - $t0")"
  must "the nodes are one cluster" await 30 whole
  must "the job runs, here or elsewhere" await "$((TTL + 30))" runs_somewhere
  figure job_runs_after_s "$(calc "$(now) - $t0")"
  nodes_back "$t0"
}
node_paused() {
  start_on host-1
  local t0
  submitters
  t0=$(now)
  cluster pause 3
  must "the others go on" await 30 accepted_after "$(calc "$(now) + 2")" 20
  figure others_accept_after_s "$(calc "$(first_after "$(calc "$t0 + 0.1")") - $t0")"
  sleep 25 # longer than it takes the others to do without it
  cluster resume 3
  must "it finds that it is out, and ends" await 60 gone_node 3
  cluster restart 3
  must "it is back" await 60 whole
  must "the job goes on untouched" beats "$(beacon "$JOB" host-1)"
  nodes_back "$t0"
}
nodes_back() { # T0
  must "accepts" await 30 accepted_after "$(now)" 50
  end_submitters
  figure refused "$(refusals "$1" | wc -l)"
  acknowledged
}
