#!/bin/sh
# validate.sh SPEC [exact]: prints in what a database differs from a spec; with exact also what it has beyond that.
# Ends with 0 if there is no difference, with 1 if there is one, with 2 or 3 if psql had an error.
set -eu
export PGCLIENTENCODING=UTF8
spec=${1:?usage: validate.sh SPEC [exact]}
test -r "$spec" || { echo "validate.sh: cannot read $spec" >&2; exit 2; }
exact=false
[ "${2:-}" != exact ] || exact=true

# The rows go to the script's own output (3), the number of them into the variable.
exec 3>&1
differences=$(psql -X -q -v ON_ERROR_STOP=1 -v spec_file="$spec" -v exact="$exact" <<'SQL'
\set spec `cat :'spec_file'`
\o |cat >&3
SELECT kind, object, attribute, have, want, status FROM guarded.diff(:'spec', :'exact') WHERE NOT optional;
\o
\echo :ROW_COUNT
SQL
)
[ "$differences" = 0 ]
