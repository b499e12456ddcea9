#!/bin/sh
# Runs once, when the database's volume is empty: one role and its databases for Temporal, one for the ledger.
set -eu

role() { # role NAME DATABASE…
  name=$1
  shift
  # the password is a psql variable, so that it is quoted by psql and stands in no process list
  psql --quiet -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres <<SQL
\set password \`cat ${SECRETS_FOLDER:-/run/secrets}/${name}_password\`
create role $name login password :'password';
SQL
  for database in "$@"; do
    psql --quiet -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres -c "create database $database owner $name" -c "revoke connect on database $database from public"
  done
}

role temporal temporal temporal_visibility
role waybill waybill
