# shellcheck shell=bash
# Copyright The Mosu Authors
# SPDX-License-Identifier: Apache-2.0
#
# Part of scripts/chaos: an older version, replaced one process at a time under submissions: scheduler nodes first, then agents.

build_old() { # sets OLD: the class path of revision $FROM, built in a worktree of its own
  local tree=$DIR/from jar
  git rev-parse --verify --quiet "$FROM^{commit}" >/dev/null || fail "--from names no revision of this checkout: $FROM" 64
  rm -rf "$tree"
  git worktree prune
  git worktree add --force --detach "$tree" "$FROM" >>"$DIR/log/chaos.log" 2>&1
  say "building $(git log -1 --format='%h %s' "$FROM") ..."
  (cd "$tree" && scripts/mosu --help) >>"$DIR/log/chaos.log" 2>&1 || fail "$FROM cannot be built; see $DIR/log/chaos.log"
  jar=$(printf '%s\n' "$tree"/scheduler-node/target/mosu-scheduler-node-*.jar | grep -v -e sources -e tests | tail -1)
  OLD="$jar:$tree/scheduler-node/target/lib/*"
}
runs_old() { tr '\0' '\n' <"/proc/$(cut -d' ' -f1 "$DIR/run/$1.pid")/cmdline" | grep -qF "$DIR/from/"; } # NAME
rolling_upgrade() {
  local old t0 name
  must "the cluster runs the older version" runs_old node-1
  start_on host-1
  old=$(beacon "$JOB" host-1)
  submitters
  t0=$(now)
  : >"$MOSU_CLASS_PATH_FILE"
  for name in 1 2 3 agent-1 agent-2 agent-3; do
    cluster restart "$name"
    [[ $name != [1-3] ]] || name=node-$name
    must "$name runs this version" eval "! runs_old $name"
  done
  await 30 is host-1 UP || must "host-1 is up again" false
  figure upgraded_in_s "$(calc "$(now) - $t0")"
  must "accepts" await 30 accepted_after "$(now)" 50
  must "the job that ran goes on" untouched "$old"
  figure longest_pause_s "$(longest_pause "$old" "$t0")"
  end_submitters
  figure refused "$(refusals "$t0" | wc -l)"
  acknowledged
}
