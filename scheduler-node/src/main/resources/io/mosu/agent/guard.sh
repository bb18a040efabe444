#!/bin/sh
# Copyright The Mosu Authors
# SPDX-License-Identifier: Apache-2.0
#
# Stands outside the agent's JVM and ends the tasks of each node whose time has run out, while the agent is paused,
# gone, or too slow; looks after time limits and logs as well. It outlives the agent as long as there are tasks; a newer one takes its place.
#
#   guard.sh STATE AGENT_PID CGROUP    CGROUP is its own, empty for none
#
# STATE/leases/NODE   "UNTIL_MS BOOT_ID GRACE_MS": until when its tasks may run, and how much later they end here
# STATE/tasks/NODE/*  a folder for each task; with a file `keep` it goes on without a lease
# STATE/guard.pid     who guards now; STATE/guard.beat is touched at each look
# STATE/guard.call    AGENT_PID CGROUP: with what a task's minder starts another guard, should this one be gone
set -u

state=$1 agent=$2 cgroup=$3
looks_apart=0.1 # seconds, while there are tasks
TEND_EVERY=5    # looks, between two at time limits and logs
looks=0
boot=$(cat "${MOSU_BOOT_ID_FILE:-/proc/sys/kernel/random/boot_id}" 2>/dev/null || echo unknown)

now_ms() { # sets now, on the clock that counts the host's sleep
  read -r up _ </proc/uptime
  now=${up%.*}${up#*.}0
}

note() { # FILE LINE: by another file, so that nobody reads half of it; on a full disk in the place of the old one
  { echo "$2" >"$1.new" && mv "$1.new" "$1"; } || echo "$2" >"$1"
} 2>/dev/null

mine() { # whether this is still the one that guards
  { read -r owner <"$state/guard.pid"; } 2>/dev/null || owner=
  [ "$owner" = $$ ] || { [ -n "$unnoted" ] && ! { [ -n "$owner" ] && kill -0 "$owner" 2>/dev/null; }; }
}

fence() { # the ledger's line is written once nothing of the task is left
  # one at a time; where the disk takes no new folder, by the one that was made with the task
  mkdir "$dir/fencing" || { [ ! -d "$dir/fencing" ] && mv -T "$dir/spare" "$dir/fencing"; } || return
  now_ms
  echo "$now" >"$dir/fenced"
  /bin/sh "$state/task.sh" stop "$dir" 0
  ended=$?
  now_ms
  mv -T "$dir/fencing" "$dir/spare"
  [ "$ended" = 0 ] && [ ! -e "$dir/ledgered" ] || return # said once, whoever else guards
  { read -r fields <"$dir/ledger"; } 2>/dev/null || return
  printf '{"boot_id":"%s","boottime_ms":%s,"event":"FENCE",%s,"pids":0,"detail":"by the guard"}\n' \
    "$boot" "$now" "$fields" >>"$state/ledger.jsonl" && true >"$dir/ledgered"
}

if [ -n "$cgroup" ]; then
  mkdir -p "$cgroup" && echo 0 >"$cgroup/cgroup.procs"
fi 2>/dev/null
unnoted= # on a full disk it guards without having said so, while no other does
note "$state/guard.call" "$agent $cgroup"
note "$state/guard.pid" $$ || unnoted=1
for left in "$state"/tasks/*/*/fencing; do # of one that was killed meanwhile
  mv -T "$left" "${left%/*}/spare" 2>/dev/null
done
while mine; do
  true >"$state/guard.beat" # a failed `:` would end the shell
  busy=
  for lease in "$state"/leases/*; do
    { read -r until leased_boot grace <"$lease"; } 2>/dev/null || continue
    for dir in "$state/tasks/${lease##*/}"/*; do
      if [ ! -f "$dir/pid" ] || [ -f "$dir/swept" ]; then continue; fi
      busy=1
      now_ms
      if [ "$leased_boot" = "$boot" ] && [ "$now" -ge $((until + ${grace:-500})) ] && [ ! -f "$dir/keep" ]; then
        fence 2>/dev/null &
      fi
    done
  done
  if [ -n "$busy" ]; then
    looks=$((looks + 1))
    [ $((looks % TEND_EVERY)) != 0 ] || /bin/sh "$state/task.sh" tend "$state"
    sleep "$looks_apart"
  else
    kill -0 "$agent" 2>/dev/null || break
    sleep 0.5
  fi
done
if [ -n "$cgroup" ]; then # nothing of this agent is left
  echo 0 >"${cgroup%/*}/cgroup.procs" && rmdir "$cgroup"
fi 2>/dev/null
exit 0
