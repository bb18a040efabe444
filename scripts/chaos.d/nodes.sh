# shellcheck shell=bash
# Copyright The Mosu Authors
# SPDX-License-Identifier: Apache-2.0
#
# Part of scripts/chaos: scheduler nodes. Jobs are submitted throughout; a job that was acknowledged must be there after.

host_of() { if [[ -n ${MOSU_OWN_HOSTS:-} ]]; then echo "127.0.0.$((10 + $1))"; else echo 127.0.0.1; fi; } # I
members_of() { # I: as node I sees them
  curl -s -m 2 "http://$(host_of "$1"):$((MOSU_PORT_BASE + 100 + $1 - 1))/cluster/members" | grep -o '"status":"Up"' | wc -l
}
whole() { (($(members_of 1) == NODES)); }
gone_node() { ! kill -0 "$(cut -d' ' -f1 "$DIR/run/node-$1.pid")" 2>/dev/null; } # I
runs_somewhere() {
  local file
  for file in $(beacons_of "$JOB"); do
    if beats "$file"; then return 0; fi
  done
  return 1
}
all_nodes_killed() {
  start_on host-1
  local t0 back i
  submitters
  t0=$(now)
  for ((i = 1; i <= NODES; i++)); do cluster kill "$i"; done
  for ((i = 1; i <= NODES; i++)); do cluster restart "$i"; done
  back=$(now)
  figure nodes_back_after_s "$(calc "$back - $t0")"
  must "the nodes are one cluster" await 30 whole
  must "the job runs, here or elsewhere" await "$((TTL + 30))" runs_somewhere
  figure job_runs_after_s "$(calc "$(now) - $t0")"
  nodes_back "$t0"
}
node_paused() {
  start_on host-1
  local old t0
  old=$(beacon "$JOB" host-1)
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
  must "the job goes on untouched" await 2 untouched "$old"
  nodes_back "$t0"
}
link() { # add|del A B: blackholes for what goes from A to B and from B to A
  ip rule "$1" pref 50 from "$(host_of "$2")" to "$(host_of "$3")" blackhole
  ip rule "$1" pref 50 from "$(host_of "$3")" to "$(host_of "$2")" blackhole
}
node_cut_off() { split_in_two "1 2" "3"; }
nodes_split() { split_in_two "1 2" "3 4"; }
split_in_two() { # STAYS GOES: nodes of either side; the database and the doors are reached by all
  start_on host-1
  local old t0 a b
  old=$(beacon "$JOB" host-1)
  submitters
  t0=$(now)
  for a in $1; do for b in $2; do link add "$a" "$b"; done; done
  must "the others go on" await 60 side_is "$1"
  figure one_side_after_s "$(calc "$(now) - $t0")"
  for b in $2; do must "node $b finds that it is out, and ends" await 60 gone_node "$b"; done
  figure other_side_ended_after_s "$(calc "$(now) - $t0")"
  must "accepts" await 30 accepted_after "$(now)" 20
  figure longest_gap_s "$(longest_gap "$t0")"
  for a in $1; do for b in $2; do link del "$a" "$b"; done; done
  for b in $2; do must "node $b is ready again" cluster restart "$b"; done
  must "all are one cluster again" await 60 whole
  must "the job goes on untouched" await 2 untouched "$old"
  figure longest_pause_s "$(longest_pause "$old" "$t0")"
  nodes_back "$t0"
}
side_is() { # NODES: each of them counts just these
  local node count
  count=$(wc -w <<<"$1")
  for node in $1; do (($(members_of "$node") == count)) || return 1; done
}
longest_gap() { # SINCE: between two acknowledgements, over all tenants
  cat "$ACKS".[12] | awk -v t="$1" '$1 != "-" && $2 > t { print $2 }' | sort -n |
    awk 'NR > 1 && $1 - last > most { most = $1 - last } { last = $1 } END { printf "%.2f\n", most }'
}
nodes_back() { # T0
  must "accepts" await 30 accepted_after "$(now)" 20
  end_submitters
  figure refused "$(refusals "$1" | wc -l)"
  acknowledged
}
