#!/bin/sh
# snapshot.sh FILE [SCHEMA…]: writes what a database has into FILE, as a spec; all schemas, or these.
# The database is that of PGHOST, PGDATABASE and their like, as for all scripts here.
set -eu
export PGCLIENTENCODING=UTF8
file=${1:?usage: snapshot.sh FILE [SCHEMA…]}
shift
schemas=$(printf '%s\n' "$@")
trap 'rm -f "$file.new"' EXIT

psql -X -q -A -t -v ON_ERROR_STOP=1 -v schemas="$schemas" >"$file.new" <<'SQL'
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT jsonb_pretty(guarded.snapshot(string_to_array(NULLIF(:'schemas', ''), E'\n')));
COMMIT;
SQL
mv "$file.new" "$file"
