#!/bin/sh
# Copyright The Mosu Authors
# SPDX-License-Identifier: Apache-2.0
#
# Runs and ends an agent's tasks outside its JVM, so that they outlive the agent's restart; guard.sh beside it
# fences them while the agent is paused or gone.
#
#   task.sh run DIR ARGV...         the task; leaves DIR/pid (pid, start, boot) and, at its end, DIR/exit
#   task.sh exec DIR ARGV...        becomes ARGV within the surroundings of the task in DIR
#   task.sh stop DIR GRACE_MS       asks by its own signal, kills after its own grace or after this one if that is
#                                   shorter; 0 and DIR/swept once nothing of it is left
#   task.sh tend STATE              looks once: warns and ends what is over its time limit; trims logs
#   task.sh mind DIR                starts another guard when there is none, as long as the task in DIR is not swept
#
# DIR/cgroup names the task's cgroups, one a line, if there are any: that of the first line is killed and counted. Else
# its processes are those of its session and those that carry MOSU_TASK_DIR in their environment.
# DIR/ending has stop signal, grace in ms, time limit in ms or 0, warning before it in ms, warning signal or -.
# On a full disk what is to end still ends: marks are for others to read, and DIR/spare was made for the guard.
# DIR/as has the words that change the user. STATE/log-limit has the bytes that a log may take on disk.
set -u
task_path=${PATH-}
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin # never the task's own while this is the agent's user

LOG_STEP=1048576  # logs are trimmed in steps of this
MINDED_EVERY=0.5  # seconds
SILENT_LOOKS=6    # of a minder; a guard that did not look for so long is stopped, and another one takes its place
STUCK_MS=5000     # after its grace, a stop that has not ended a task was itself ended

read_stat() { # PID: sets state, session, start; false if there is no such process
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  # shellcheck disable=SC2086 # fields are words
  set -- ${stat##*) }
  state=$1 session=$4 start=${20}
}

boot_id() { cat "${MOSU_BOOT_ID_FILE:-/proc/sys/kernel/random/boot_id}" 2>/dev/null || echo unknown; }

read_uptime() { # sets now, in ms since the host's start
  read -r up rest </proc/uptime
  now=${up%.*}${up#*.}0
}

read_ending() { # sets stop_signal, own_grace, limit_ms, warn_ms, warn_signal
  stop_signal=TERM own_grace=5000 limit_ms=0 warn_ms=0 warn_signal=-
  { read -r stop_signal own_grace limit_ms warn_ms warn_signal <"$dir/ending"; } 2>/dev/null
}

read_cgroup() { # sets cgroup: the one that is killed
  cgroup=
  { read -r cgroup <"$dir/cgroup"; } 2>/dev/null
}

runner_lives() { # sets pid
  { read -r pid began boot <"$dir/pid"; } 2>/dev/null && [ "$boot" = "$(boot_id)" ] &&
    read_stat "$pid" && [ "$start" = "$began" ] && [ "$state" != Z ]
}

members() { # the task's processes, but for its runner and the dead
  if [ -n "$cgroup" ]; then
    find "$cgroup" -name cgroup.procs -exec cat {} + 2>/dev/null
  else
    strays
  fi
}

strays() { # those of its session and its environment; with a cgroup they are those that left it, as root can
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

enter() { # the task's folder and cgroups
  cd "$dir/work" || exit 126
  if [ -e "$dir/cgroup" ]; then
    while read -r group; do
      echo 0 >"$group/cgroup.procs" || exit 126
    done <"$dir/cgroup"
  fi
}

become() { # ARGV, as the task's user
  as='' fresh=''
  { read -r as <"$dir/as"; } 2>/dev/null
  while read -r name ignored; do # whoever started the agent with & or nohup had it ignore signals, which a shell cannot undo
    [ "$name" != SigIgn: ] || break
  done </proc/self/status
  case $ignored in
    *[!0]*) case $1 in *=*) ;; *) env --default-signal true 2>/dev/null && fresh="$(command -v env) --default-signal" ;; esac ;;
  esac
  PATH=$task_path
  # shellcheck disable=SC2086 # words
  exec $fresh $as "$@"
}

run() {
  mkdir "$dir/claim" || exit 0 # an agent that found no pid has given the task up
  mkdir -p "$dir/spare"
  trap : TERM INT HUP QUIT USR1 USR2 ALRM
  read_stat $$
  read_ending
  read_uptime
  if [ "$limit_ms" -gt 0 ]; then
    echo "$((now + limit_ms - warn_ms)) $((now + limit_ms))" >"$dir/due.new" && mv "$dir/due.new" "$dir/due" || exit 126
  fi
  echo "$$ $start $(boot_id)" >"$dir/pid.new" && mv "$dir/pid.new" "$dir/pid" || exit 126
  env -i PATH="$PATH" ${MOSU_BOOT_ID_FILE:+"MOSU_BOOT_ID_FILE=$MOSU_BOOT_ID_FILE"} \
    setsid /bin/sh "${dir%/*/*/*}/task.sh" mind "$dir" </dev/null >/dev/null 2>&1 & # no part of the task
  (umask 077 && : >>"$dir/log") # not for other users' tasks to read
  input=/dev/null
  if [ -e "$dir/terminal" ]; then # both ways, so that it never ends
    mkfifo -m 600 "$dir/input" && input=$dir/input || exit 126
  fi
  (
    enter
    : >"$dir/begun"
    become "$@"
  ) >>"$dir/log" 2>&1 <>"$input"
  code=$?
  echo "$code" >"$dir/exit.new" && mv "$dir/exit.new" "$dir/exit"
  exit "$code"
}

mind() { # the agent replaces its guard; this is for when both were killed
  state_dir=${dir%/*/*/*}
  silent=0
  while [ -d "$dir" ] && [ ! -e "$dir/swept" ]; do
    true >"$dir/minded"
    sleep "$MINDED_EVERY"
    guard=
    { read -r guard <"$state_dir/guard.pid"; } 2>/dev/null
    # shellcheck disable=SC3013 # dash and busybox have it
    if [ "$state_dir/guard.beat" -nt "$dir/minded" ]; then silent=0; else silent=$((silent + 1)); fi
    if [ "$silent" -lt "$SILENT_LOOKS" ] && { [ -z "$guard" ] || kill -0 "$guard" 2>/dev/null; }; then continue; fi
    { read -r agent cgroup <"$state_dir/guard.call"; } 2>/dev/null || continue
    silent=0
    setsid /bin/sh "$state_dir/guard.sh" "$state_dir" "$agent" "$cgroup" &
  done
}

left_over() { # all that a stop has to end
  members
  [ -z "$cgroup" ] || strays
}

kill_members() {
  # shellcheck disable=SC2046 # pids are words
  [ -z "$cgroup" ] || kill -s KILL $(strays) 2>/dev/null
  if [ -n "$cgroup" ] && [ -w "$cgroup/cgroup.kill" ]; then
    echo 1 >"$cgroup/cgroup.kill"
  elif [ -n "$cgroup" ] && [ -w "$cgroup/freezer.state" ]; then # v1: none can fork away; the kill comes with the thaw
    echo FROZEN >"$cgroup/freezer.state"
    # shellcheck disable=SC2046
    kill -s KILL $(members) 2>/dev/null
    echo THAWED >"$cgroup/freezer.state"
  else
    # shellcheck disable=SC2046
    kill -s KILL $(members) 2>/dev/null
  fi
}

note_memory() { # DIR/oom, if the kernel killed a process of the task for want of memory
  while read -r group; do
    for counts in "$group/memory.events" "$group/memory.oom_control"; do
      [ -r "$counts" ] || continue
      while read -r name count; do
        if [ "$name" = oom_kill ] && [ "$count" -gt 0 ]; then echo "$count" >"$dir/oom"; fi
      done <"$counts"
    done
  done <"$dir/cgroup"
}

stop() { # GRACE_MS
  true >"$dir/stopping" # a failed `:` would end the shell
  read_cgroup
  read_ending
  left=$1
  if [ "$left" -gt "$own_grace" ]; then left=$own_grace; fi
  tries=40 # a signal before it has begun would be lost in the runner's trap
  while [ ! -e "$dir/begun" ] && [ ! -e "$dir/exit" ] && [ "$tries" -gt 0 ] &&
    { [ ! -e "$dir/pid" ] || runner_lives; }; do
    tries=$((tries - 1))
    sleep 0.05
  done
  if [ "$left" -gt 0 ]; then
    # shellcheck disable=SC2046 # pids are words
    kill -s "$stop_signal" $(members) 2>/dev/null
  fi
  read_uptime
  until=$((now + left))
  pause=0.05
  while [ "$now" -lt "$until" ] && { runner_lives || [ -n "$(members)" ]; }; do
    sleep "$pause"
    read_uptime
    if [ $((until - now)) -lt $((left - 1000)) ] && [ $((until - now)) -gt 200 ]; then pause=0.2; else pause=0.05; fi
  done
  tries=100
  while [ -n "$(left_over)" ]; do
    kill_members
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
  if [ -e "$dir/cgroup" ] && [ ! -e "$dir/swept" ]; then
    note_memory
    while read -r group; do
      find "$group" -depth -type d -exec rmdir {} \; 2>/dev/null
    done <"$dir/cgroup"
  fi
  true >"$dir/swept"
  exit 0
}

limits() { # warns and ends what is over its time limit
  read_uptime
  for due in "$state_dir"/tasks/*/*/due; do
    dir=${due%/due}
    if [ -e "$dir/exit" ] || [ -e "$dir/swept" ]; then continue; fi
    { read -r warn_at limit_at <"$due"; } 2>/dev/null || continue
    read_ending
    if [ "$now" -ge "$limit_at" ]; then
      late_at=
      { read -r late_at <"$dir/late"; } 2>/dev/null
      if [ -z "$late_at" ] || [ "$now" -gt $((late_at + own_grace + STUCK_MS)) ]; then
        echo "$now" >"$dir/late.new" && mv "$dir/late.new" "$dir/late"
        setsid /bin/sh "$state_dir/task.sh" stop "$dir" "$own_grace" </dev/null >/dev/null 2>&1 & # not waited for
      fi
    elif [ "$warn_signal" != - ] && [ "$now" -ge "$warn_at" ] && [ ! -e "$dir/warned" ]; then
      true >"$dir/warned"
      read_cgroup
      # shellcheck disable=SC2046
      kill -s "$warn_signal" $(members) 2>/dev/null
    fi
  done
}

trim_logs() { # frees the oldest part of long logs; what is left keeps its place in the file
  most=0
  { read -r most <"$state_dir/log-limit"; } 2>/dev/null
  [ "$most" -gt 0 ] || return
  find "$state_dir/tasks" -mindepth 3 -maxdepth 3 -name log -size "+$((most / 1024))k" -printf '%b %s %p\n' |
    while read -r blocks size log; do
      if [ $((blocks * 512)) -gt "$most" ]; then
        from=$(((size - most) / LOG_STEP * LOG_STEP + LOG_STEP))
        fallocate --punch-hole --offset 0 --length "$from" "$log" 2>/dev/null && echo "$from" >"$log.from.new" &&
          mv "$log.from.new" "$log.from"
      fi
    done
}

case ${1-} in
  run)
    dir=$2
    shift 2
    run "$@"
    ;;
  exec)
    dir=$2
    shift 2
    enter
    [ ! -e "$dir/stopping" ] || exit 126 # looked at only now, when stop can see this process
    become "$@"
    ;;
  stop)
    dir=$2
    stop "$3"
    ;;
  tend)
    state_dir=$2
    limits
    trim_logs
    ;;
  mind)
    dir=$2
    mind
    ;;
  *)
    echo "usage: task.sh run|exec|stop|tend|mind ..." >&2
    exit 64
    ;;
esac
