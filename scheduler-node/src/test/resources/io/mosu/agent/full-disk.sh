#!/bin/sh
# Copyright The Mosu Authors
# SPDX-License-Identifier: Apache-2.0
#
# A task fills the disk of its agent's notes, then its lease runs out: says how the guard and a stop fare.
#
#   full-disk.sh SCRIPTS FOLDER inodes|blocks     in a mount namespace of its own
set -u
state=$2/state task=$2/state/tasks/gpu-1/1
mkdir -p "$state"
mount -t tmpfs -o size=2m,nr_inodes=80 tmpfs "$state" || exit 77
mkdir -p "$task/work" "$state/leases"
cp "$1/task.sh" "$1/guard.sh" "$state/"
boot=$(cat /proc/sys/kernel/random/boot_id)
read -r up _ </proc/uptime
printf '%-80s\n' "$((${up%.*}${up#*.}0 + 3000)) $boot 500" >"$state/leases/gpu-1"
sleep 60 &
agent=$!
setsid sh "$state/guard.sh" "$state" "$agent" '' >/dev/null 2>&1 &
guard=$!
# shellcheck disable=SC2016 # for the task
MOSU_TASK_DIR=$task setsid sh "$state/task.sh" run "$task" \
  sh -c 'trap "" TERM; while :; do sleep 0.1; done' >/dev/null 2>&1 &
until [ -e "$task/begun" ]; do sleep 0.05; done
if [ "$3" = inodes ]; then
  i=0
  while true >"$task/work/$i"; do i=$((i + 1)); done 2>/dev/null
else
  dd if=/dev/zero of="$task/work/big" bs=4k 2>/dev/null
fi
left() { grep -lsxzF "MOSU_TASK_DIR=$task" /proc/[0-9]*/environ | wc -l; }
echo "full $(left)"
tries=200
while [ "$(left)" != 0 ] && [ "$tries" -gt 0 ]; do
  tries=$((tries - 1))
  sleep 0.05
done
echo "left $(left)"
sh "$state/task.sh" stop "$task" 0 2>/dev/null
echo "stop $?"
kill -0 "$guard" && echo "guard lives"
kill "$agent" "$guard"
