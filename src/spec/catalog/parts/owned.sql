        'owner', CASE WHEN $3::boolean THEN pg_catalog.pg_get_userbyid({2}) END,
        'grants', CASE WHEN $3::boolean THEN (
@granted {2} coalesce({3},pg_catalog.acldefault('{1}',{2}))
        ) END
