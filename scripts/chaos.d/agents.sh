# shellcheck shell=bash
# Copyright The Mosu Authors
# SPDX-License-Identifier: Apache-2.0
#
# The scenarios of scripts/chaos about agents and their hosts; each is a function of its name, with _ for -.

again() { beacons_but "$1" | grep -q .; }
beacons_but() { beacons_of "$JOB" | { grep -vxF "$1" || true; }; }
moved() { # OLD T0 SECONDS: the job runs again in time, and its old task was gone before
  local old=$1 new
  must "the job runs elsewhere within $3 s" await "$3" again "$old"
  new=$(beacons_but "$old" | sed -n 1p)
  [[ -n $new ]] || return 0
  figure dead_after_s "$(calc "$(last "$old") - $2")"
  figure elsewhere_after_s "$(calc "$(first "$new") - $2")"
  figure margin_s "$(calc "$(first "$new") - $(last "$old")")"
  must "the old task was gone before" holds "$(first "$new") > $(last "$old")"
  must "nothing of the old task is left" quiet "$old"
}
device_again() { # NODE OLD: leases the same device again; how long it was idle
  local old=$2 new
  await 30 is "$1" UP || { must "$1 is up again" false; return; }
  start_on "$1" 4
  new=$(beacon "$JOB" "$1")
  figure device_margin_s "$(calc "$(first "$new") - $(last "$old")")"
  must "the device was idle before it was leased again" holds "$(first "$new") > $(last "$old")"
}
IN_TIME() { calc "$TTL + 0.5 + 5"; } # ttl, skew, and the five seconds of the goal

agent_killed() {
  start_on host-1
  local old t0
  old=$(beacon "$JOB" host-1) t0=$(now)
  cluster kill agent-1
  moved "$old" "$t0" "$(IN_TIME)"
  cluster restart agent-1
  device_again host-1 "$old"
}
agent_stopped() {
  start_on host-1
  local old t0
  old=$(beacon "$JOB" host-1) t0=$(now)
  cluster pause agent-1
  moved "$old" "$t0" "$(IN_TIME)"
  cluster resume agent-1
  device_again host-1 "$old"
}
agent_restarted() {
  start_on host-1
  local old t0 pids
  old=$(beacon "$JOB" host-1) t0=$(now) pids=$(pids_of "$JOB" | sed -n 1p)
  cluster kill agent-1
  cluster restart agent-1
  must "the agent is back" await 10 grep -q "\"ADOPT\".*\"$JOB\"" "$DIR/agents/1/ledger.jsonl"
  figure adopted_after_s "$(calc "$(now) - $t0")"
  await "$(calc "$TTL + 2")" false || true # a lease that nobody took up again would be over by now
  must "the task goes on" untouched "$old"
  must "it is the same process" test "$(pids_of "$JOB" | sed -n 1p)" = "$pids"
  must "the job runs" job_is "$JOB" RUNNING
}
open_starts() { # by the agents' own account: what began and never ended
  cat "$DIR"/agents/[0-9]*/ledger.jsonl* | sed -nE 's/.*"event":"([A-Z]+)".*"node":"([^"]*)".*"token":([0-9]+).*/\2 \3 \1/p' | awk '
    $3 == "START" || $3 == "ADOPT" { open[$1 " " $2] = 1 } $3 == "STOP" || $3 == "FENCE" { done[$1 " " $2] = 1 }
    END { for (task in open) if (!(task in done)) bad++; print bad + 0 }'
}
agents_churned() {
  local round agent
  submitters
  for ((round = 1; round <= 12; round++)); do
    agent=$((round % 2 + 1))
    if ((round % 3)); then cluster kill "agent-$agent"; else cluster drain "agent-$agent"; fi
    cluster restart "agent-$agent"
    await 90 is "host-$agent" UP || must "host-$agent is up again" false
  done
  end_submitters
  must "all jobs end" await 180 idle
  acknowledged
  figure open_starts "$(open_starts)"
  must "every start has its end in the ledgers" test "$(open_starts)" = 0
}
agent_cut_off() {
  ((EUID == 0)) || fail "agent-cut-off makes a network namespace, which needs root"
  if ! command -v ip >/dev/null || ! command -v python3 >/dev/null; then
    fail "agent-cut-off needs ip (iproute2) and python3"
  fi
  local ns=mosu-chaos doors="" i old t0
  end_own
  ip netns add "$ns"
  ip link add mosu-chaos0 type veth peer name v0 netns "$ns"
  ip addr add 10.213.77.1/30 dev mosu-chaos0 && ip link set mosu-chaos0 up
  ip -n "$ns" addr add 10.213.77.2/30 dev v0 && ip -n "$ns" link set v0 up && ip -n "$ns" link set lo up
  for i in 0 1 2; do doors+=${doors:+,}http://10.213.77.1:$((MOSU_PORT_BASE + i)); done
  python3 - "$MOSU_PORT_BASE" >>"$DIR/log/chaos.log" 2>&1 <<'PY' &
import asyncio, sys  # the doors listen on loopback, which another namespace does not share
async def copy(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()
async def main(base):
    def to(port):
        async def each(reader, writer):
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(copy(reader, far_writer), copy(far_reader, writer), return_exceptions=True)
        return each
    servers = [await asyncio.start_server(to(base + i), "10.213.77.1", base + i) for i in range(3)]
    await asyncio.gather(*(s.serve_forever() for s in servers))
asyncio.run(main(int(sys.argv[1])))
PY
  OWN+=" $!"
  MOSU_NO_BUILD=1 ip netns exec "$ns" scripts/mosu agent --name host-4 --simulate 4xH100 --cpus 16 --memory-mib 65536 \
    --door "$doors" --state "$DIR/agents/4" >"$DIR/log/agent-4.log" 2>&1 &
  OWN+=" $!"
  await 20 is host-4 UP || fail "the agent in the namespace did not come up; see $DIR/log/agent-4.log"
  mosu node drain host-1 host-2 host-3 >/dev/null
  start_on host-4
  old=$(beacon "$JOB" host-4) t0=$(now)
  ip link set mosu-chaos0 down
  must "its node is lost" await "$(IN_TIME)" is host-4 LOST
  moved "$old" "$t0" 10
  ip link set mosu-chaos0 up
  mosu cancel "$JOB" >/dev/null && await 10 job_is "$JOB" CANCELLED
  mosu node drain host-1 host-2 host-3 >/dev/null
  device_again host-4 "$old"
  mosu cancel "$JOB" >/dev/null && await 10 job_is "$JOB" CANCELLED
  end_own
}
REFUSED='refused by its node\|is a copy of'
agent_cloned() {
  start_on host-1
  local old
  old=$(beacon "$JOB" host-1)
  cp -r "$DIR/agents/1" "$DIR/agents/clone"
  MOSU_NO_BUILD=1 scripts/mosu agent --name host-1 --simulate 4xH100 --door "http://${ADDR//,/,http://}" --state "$DIR/agents/clone" \
    >"$DIR/log/clone.log" 2>&1 &
  OWN+=" $!"
  must "the copy is refused" await 15 grep -q "$REFUSED" "$DIR/log/clone.log"
  grep -h -m1 "$REFUSED" "$DIR/log/clone.log" | cut -c1-400 >&2
  must "the first one's task goes on" untouched "$old"
  must "the job runs" job_is "$JOB" RUNNING
  must "its node is up" is host-1 UP
}
guard_killed() {
  start_on host-1
  local old t0 guard
  old=$(beacon "$JOB" host-1) guard=$(guard_of 1)
  [[ -n $guard ]] || { must "there is a guard" false; return; }
  t0=$(now)
  kill -KILL "$guard"
  must "there is a new guard within 5 s" await 5 new_guard 1 "$guard"
  figure guarded_after_s "$(calc "$(now) - $t0")"
  t0=$(now)
  cluster kill agent-1
  moved "$old" "$t0" "$(IN_TIME)"
  cluster restart agent-1
  await 30 is host-1 UP || must "host-1 is up again" false
}
both_killed() {
  start_on host-1
  local old t0 guard
  old=$(beacon "$JOB" host-1) guard=$(guard_of 1) t0=$(now)
  [[ -n $guard ]] || { must "there is a guard" false; return; }
  cluster kill agent-1
  kill -KILL "$guard"
  must "the task started another guard within 3 s" await 3 new_guard 1 "$guard"
  moved "$old" "$t0" "$(IN_TIME)"
  cluster restart agent-1
  await 30 is host-1 UP || must "host-1 is up again" false
}
host_rebooted() {
  start_on host-1
  local old t0
  old=$(beacon "$JOB" host-1) t0=$(now)
  end_host 1
  must "nothing of it is left" await 1 none_of "$JOB"
  cat /proc/sys/kernel/random/uuid >"$DIR/boot_id"
  cluster restart agent-1
  must "the job starts again, without waiting for its lease" await "$(calc "$TTL - ($(now) - $t0)")" again "$old"
  local new
  new=$(beacons_but "$old" | sed -n 1p)
  [[ -n $new ]] || return 0
  figure started_again_after_s "$(calc "$(first "$new") - $t0")"
  figure margin_s "$(calc "$(first "$new") - $(last "$old")")"
}
host_dead() {
  start_on host-1
  local old t0
  old=$(beacon "$JOB" host-1) t0=$(now)
  end_host 1
  moved "$old" "$t0" "$(IN_TIME)"
  cat /proc/sys/kernel/random/uuid >"$DIR/boot_id" # without it a new guard would fence, late, what it cannot know to be gone
  cluster restart agent-1
  await 30 is host-1 UP || must "host-1 is up again" false
}
orphans() {
  local t0 mark=1004$$
  only host-1
  JOB=$(mosu run --detach --gpus 1 --memory-mib 512 --stop-grace 1s -- bash -c \
    "trap '' TERM; setsid sleep 1000 & (setsid bash -c 'trap \"\" TERM; sleep 1001 & wait' &) ; (sleep 1002 &) ; nohup sleep 1003 &
     env -i setsid sleep $mark & wait; wait")
  must "the task has begun" await 20 begun "$JOB" "$mark"
  everywhere
  figure processes "$(($(pids_of "$JOB" | wc -l) + $(pgrep -cfx "sleep $mark")))"
  t0=$(now)
  mosu cancel "$JOB" >/dev/null
  must "the job is cancelled" await 10 job_is "$JOB" CANCELLED
  figure cancelled_after_s "$(calc "$(now) - $t0")"
  must "nothing is left 1 s after its end" await 1 none_left "$JOB" "$mark"
  figure orphans "$(($(pids_of "$JOB" | wc -l) + $(pgrep -cfx "sleep $mark" || true)))"
}
begun() { (($(pids_of "$1" | wc -l) >= 5)) && ! none_marked "$2"; } # JOB MARK
none_left() { none_of "$1" && none_marked "$2"; } # JOB MARK
device_fault() {
  local i jobs=() olds=() t0 node=host-3
  await 30 faulty "$node" 0 || must "all its GPUs are sound at first" false
  for i in 1 2 3 4 5 6 7 8; do start_on "$node"; jobs+=("$JOB"); olds+=("$(beacon "$JOB" "$node")"); done
  JOB=$(on_device 3)
  t0=$(now)
  xid
  must "the device is out within 5 s" await 5 faulty "$node" 1
  figure out_after_s "$(calc "$(now) - $t0")"
  must "its job runs elsewhere" await 10 off "$JOB"
  figure elsewhere_after_s "$(calc "$(now) - $t0")"
  for i in "${!jobs[@]}"; do [[ ${jobs[i]} == "$JOB" ]] || must "${jobs[i]} goes on" untouched "${olds[i]}" "${jobs[i]}"; done
  must "its owner is told" grep -q 'went bad: Xid 79' <(mosu why "$JOB")
  must "the canary brings it back" await 20 faulty "$node" 0
  figure back_after_s "$(calc "$(now) - $t0")"
  xid
  must "it is out again" await 5 faulty "$node" 1
  await 10 false || true # three times the rest before a canary
  must "a second fault keeps it out" faulty "$node" 1
  mosu node undrain "$node" --device 3 >/dev/null
  must "an operator brings it back" await 5 faulty "$node" 0
}
xid() {
  printf '3,1,%.0f,-;NVRM: Xid (PCI:0000:61:00): 79, pid=1, GPU has fallen off the bus.\n' "$(calc "$(now) * 1000000")" >>"$DIR/kmsg"
}
on_device() { mosu node show host-3 | awk -v d="$1" '$5 == d && $7 == "ACTIVE" { print $3 }'; }
off() { runs_on "$1" host-1 || runs_on "$1" host-2; }
