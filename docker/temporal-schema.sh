#!/bin/sh
# Brings Temporal's two databases to the schema of this release. Harmless to repeat: an up-to-date schema is left alone.
set -eu
SQL_PASSWORD=$(cat "${SECRETS_FOLDER:-/run/secrets}/temporal_password")
export SQL_PASSWORD
schema=${TEMPORAL_SCHEMA_FOLDER:-/etc/temporal/schema}/postgresql/v12

bring() { # bring DATABASE FOLDER
  tool="temporal-sql-tool --plugin postgres12_pgx --ep ${DB_HOST:-postgres} -p ${DB_PORT:-5432} -u temporal --db $1"
  $tool setup-schema -v 0.0
  $tool update-schema -d "$schema/$2/versioned"
}

bring temporal temporal
bring temporal_visibility visibility
