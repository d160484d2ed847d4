#!/bin/sh
# generate.sh SPEC SCRIPT [FORMAT [ALLOW]]: writes the statements that make a database as a spec says into SCRIPT.
# FORMAT is sql, guarded or alembic; ALLOW is drop, lossy or drop,lossy. Of an Alembic file MESSAGE is what it is called,
# and DOWN_REVISION the revision it comes after.
set -eu
export PGCLIENTENCODING=UTF8
spec=${1:?usage: generate.sh SPEC SCRIPT [FORMAT [ALLOW]]}
script=${2:?usage: generate.sh SPEC SCRIPT [FORMAT [ALLOW]]}
test -r "$spec" || { echo "generate.sh: cannot read $spec" >&2; exit 2; }
trap 'rm -f "$script.new"' EXIT

psql -X -q -A -t -v ON_ERROR_STOP=1 -v spec_file="$spec" -v format="${3:-sql}" -v allow="{${4:-}}" \
    -v message="${MESSAGE:-repair}" -v down_revision="${DOWN_REVISION:-}" >"$script.new" <<'SQL'
\set spec `cat :'spec_file'`
SELECT guarded.repair_script(:'spec', :'format', :'allow', :'message', down_revision => NULLIF(:'down_revision', ''));
SQL
mv "$script.new" "$script"
