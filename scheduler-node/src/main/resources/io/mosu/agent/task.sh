#!/bin/sh
# Copyright The Mosu Authors
# SPDX-License-Identifier: Apache-2.0
#
# Runs, ends and guards an agent's tasks outside its JVM, so that they outlive the agent's restart and are
# fenced even while it is paused or gone.
#
#   task.sh run DIR CGROUP ARGV...  the task; leaves DIR/pid (pid, start, boot) and, at its end, DIR/exit
#   task.sh stop DIR GRACE_MS       asks by TERM, kills after the grace; 0 and DIR/swept once nothing of it is left
#   task.sh guard STATE AGENT_PID   kills the tasks of each node whose time in STATE/leases has run out
#
# DIR/cgroup names the task's cgroup (v2) if there is one. Else its processes are those of its session and those
# that carry MOSU_TASK_DIR in their environment.
set -u

GUARD_LATE_MS=500 # the agent itself is to end them first

read_stat() { # PID: sets state, session, start; false if there is no such process
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  # shellcheck disable=SC2086 # fields are words
  set -- ${stat##*) }
  state=$1 session=$4 start=${20}
}

boot_id() { cat /proc/sys/kernel/random/boot_id 2>/dev/null || echo unknown; }

runner_lives() { # sets pid
  { read -r pid began boot <"$dir/pid"; } 2>/dev/null && [ "$boot" = "$(boot_id)" ] &&
    read_stat "$pid" && [ "$start" = "$began" ] && [ "$state" != Z ]
}

members() { # the task's processes, but for its runner and the dead
  if [ -n "$cgroup" ]; then
    cat "$cgroup/cgroup.procs" "$cgroup"/*/cgroup.procs 2>/dev/null
    return
  fi
  if runner_lives; then
    for stat in /proc/[0-9]*/stat; do
      other=${stat%/stat} other=${other#/proc/}
      if read_stat "$other" && [ "$session" = "$pid" ] && [ "$state" != Z ] && [ "$other" != "$pid" ]; then
        echo "$other"
      fi
    done
  else
    pid=
  fi
  # shellcheck disable=SC2013
  for other in $(grep -lsxzF "MOSU_TASK_DIR=$dir" /proc/[0-9]*/environ); do
    other=${other%/environ} other=${other#/proc/}
    if [ "$other" != "$pid" ] && read_stat "$other" && [ "$state" != Z ]; then
      echo "$other"
    fi
  done
}

run() {
  cgroup=$1
  shift
  mkdir "$dir/claim" || exit 0 # an agent that found no pid has given the task up
  trap : TERM INT HUP
  read_stat $$
  echo "$$ $start $(boot_id)" >"$dir/pid.new" && mv "$dir/pid.new" "$dir/pid" || exit 126
  (
    cd "$dir/work" && { [ -z "$cgroup" ] || echo 0 >"$cgroup/cgroup.procs"; } || exit 126
    : >"$dir/begun"
    exec "$@"
  ) >>"$dir/log" 2>&1 </dev/null
  code=$?
  echo "$code" >"$dir/exit.new" && mv "$dir/exit.new" "$dir/exit"
  exit "$code"
}

stop() { # GRACE_MS
  cgroup=
  { read -r cgroup <"$dir/cgroup"; } 2>/dev/null
  left=$1
  tries=40 # a signal before it has begun would be lost in the runner's trap
  while [ ! -e "$dir/begun" ] && [ ! -e "$dir/exit" ] && [ "$tries" -gt 0 ] &&
    { [ ! -e "$dir/pid" ] || runner_lives; }; do
    tries=$((tries - 1))
    sleep 0.05
  done
  if [ "$left" -gt 0 ]; then
    # shellcheck disable=SC2046 # pids are words
    kill -s TERM $(members) 2>/dev/null
  fi
  while [ "$left" -gt 0 ] && { runner_lives || [ -n "$(members)" ]; }; do
    sleep 0.05
    left=$((left - 50))
  done
  tries=100
  while [ -n "$(members)" ]; do
    if [ -n "$cgroup" ] && [ -w "$cgroup/cgroup.kill" ]; then
      echo 1 >"$cgroup/cgroup.kill"
    else
      # shellcheck disable=SC2046
      kill -s KILL $(members) 2>/dev/null
    fi
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || exit 1
    sleep 0.05
  done
  tries=40 # nothing is left that the runner could wait for: it notes the exit code and ends
  while runner_lives; do
    tries=$((tries - 1))
    if [ "$tries" -eq 0 ]; then kill -s KILL "$pid"; fi
    [ "$tries" -gt -40 ] || exit 1
    kill -s CONT "$pid" 2>/dev/null
    sleep 0.05
  done
  if [ -n "$cgroup" ] && [ -d "$cgroup" ]; then
    find "$cgroup" -depth -type d -exec rmdir {} \; 2>/dev/null
  fi
  : >"$dir/swept"
  exit 0
}

guard() {
  echo $$ >"$state_dir/guard.pid.new" && mv "$state_dir/guard.pid.new" "$state_dir/guard.pid" || exit 1
  boot=$(boot_id)
  while { read -r owner <"$state_dir/guard.pid"; } 2>/dev/null && [ "$owner" = $$ ]; do
    sleep 0.5
    busy=
    read -r up rest </proc/uptime
    now=$((${up%.*} * 1000))
    for lease in "$state_dir"/leases/*; do
      { read -r until leased_boot <"$lease"; } 2>/dev/null || continue
      node=${lease##*/}
      for dir in "$state_dir/tasks/$node"/*; do
        if [ ! -f "$dir/pid" ] || [ -f "$dir/swept" ]; then continue; fi
        busy=1
        if [ "$leased_boot" = "$boot" ] && [ "$now" -gt $((until + GUARD_LATE_MS)) ]; then
          echo "$now" >"$dir/fenced"
          (stop 0) &
        fi
      done
    done
    wait
    if [ -z "$busy" ] && ! kill -0 "$agent" 2>/dev/null; then exit 0; fi
  done
}

case ${1-} in
  run)
    dir=$2
    shift 2
    run "$@"
    ;;
  stop)
    dir=$2
    stop "$3"
    ;;
  guard)
    state_dir=$2 agent=$3
    guard
    ;;
  *)
    echo "usage: task.sh run|stop|guard ..." >&2
    exit 64
    ;;
esac
