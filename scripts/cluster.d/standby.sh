# shellcheck shell=bash
# Copyright The Mosu Authors
# SPDX-License-Identifier: Apache-2.0
#
# Part of scripts/cluster: a synchronous standby of its PostgreSQL, so that nothing acknowledged is on one server alone.

standby_url() { # whichever of the two takes writes; a driver asks a server again after a second, not ten
  echo "jdbc:postgresql://127.0.0.1:$(port db),127.0.0.1:$(port db 2)/mosu?targetServerType=primary&hostRecheckSeconds=1"
}
sql() { # I SQL: on the first or the second server
  "$(postgres_bin)/psql" -X -q -A -t -h 127.0.0.1 -p "$(port db "$1")" -U mosu -d mosu -c "$2"
}
run_standby() {
  cd "$DATA" || return
  as_db "$(postgres_bin)/postgres" -D "$DATA/standby" -p "$(port db 2)" -h 127.0.0.1 -k ''
}
make_standby() { # from the primary that runs; a commit is acknowledged when both have it on disk
  rm -rf "$DATA/standby"
  # without a slot the primary would drop what a standby that was away for long still needs: it is made anew by the next up
  (cd "$DATA" && as_db "$(postgres_bin)/pg_basebackup" -D "$DATA/standby" -R -c fast -X stream \
    -d "host=127.0.0.1 port=$(port db) user=mosu application_name=standby") >>"$LOG/standby.log" 2>&1 ||
    fail "pg_basebackup failed; see $LOG/standby.log"
  start standby
  await standby
  sql 1 "ALTER SYSTEM SET synchronous_standby_names = 'standby'"
  sql 1 "SELECT pg_reload_conf()" >/dev/null
  until_true "$READY_S" standby_in_step || fail "the standby does not follow; see $LOG/standby.log"
  say "the standby has all that is committed"
}
standby_in_step() { [[ $(sql 1 "SELECT sync_state FROM pg_stat_replication" 2>/dev/null) == sync ]]; }
promote() { # the operator's word that the primary is gone: two primaries would be two truths
  gone db || fail "PostgreSQL runs; end it first, as both would take writes: scripts/cluster db-kill"
  gone standby && fail "no standby runs; make one with: scripts/cluster up --standby"
  sql 2 "ALTER SYSTEM RESET synchronous_standby_names" 2>/dev/null || true # read-only until promoted
  sql 2 "SELECT pg_promote(wait_seconds => 30)" >/dev/null
  sql 2 "ALTER SYSTEM RESET synchronous_standby_names"
  sql 2 "SELECT pg_reload_conf()" >/dev/null
  rm -rf "$DATA/db.lost"
  mv "$DATA/db" "$DATA/db.lost" # it must never serve again; the next up starts what was promoted
  say "promoted: the standby on port $(port db 2) takes writes"
}
settle_standby() { # before all starts: what was promoted is the database, and no commit waits for a standby that is not there
  if [[ -d $DATA/db.lost && -d $DATA/standby ]]; then mv "$DATA/standby" "$DATA/db" && rm -rf "$DATA/db.lost"; fi
  rm -rf "$DATA/standby"
  if [[ -e $DATA/db/postgresql.auto.conf ]]; then sed -i '/synchronous_standby_names/d' "$DATA/db/postgresql.auto.conf"; fi
}
