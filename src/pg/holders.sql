-- Who holds or waits for locks on relations, $1. What of a session this role may see is for the server to say: of
-- those it may not look into, the state is NULL, and the query is a remark about it. A prepared transaction is known by
-- its transaction id, on which it has a lock as well; it has kept the virtual one of its session.
WITH locks AS MATERIALIZED (SELECT * FROM pg_catalog.pg_locks)
SELECT
    l.pid,
    p.gid,
    coalesce(a.usename, p.owner)::text,
    coalesce(nullif(a.application_name, ''), nullif(a.backend_type, 'client backend')),
    a.state,
    (extract(epoch FROM clock_timestamp() - coalesce(a.xact_start, p.prepared)) * 1000)::bigint,
    CASE WHEN a.state IS NOT NULL THEN
        CASE WHEN length(a.query) > 200 THEN left(a.query, 200) || '…' ELSE a.query END
    END,
    l.relation,
    array_position(
        ARRAY[
            'AccessShareLock', 'RowShareLock', 'RowExclusiveLock', 'ShareUpdateExclusiveLock',
            'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'
        ],
        l.mode
    ),
    l.granted
FROM locks l
LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
LEFT JOIN (
    pg_catalog.pg_prepared_xacts p
    JOIN locks own ON own.locktype = 'transactionid' AND own.transactionid = p.transaction AND own.pid IS NULL
) ON l.pid IS NULL AND l.virtualtransaction = own.virtualtransaction
WHERE l.locktype = 'relation'
    AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database())
    AND l.relation = ANY ($1)
    AND l.pid IS DISTINCT FROM pg_backend_pid()
ORDER BY coalesce(a.xact_start, p.prepared), l.pid, p.gid
