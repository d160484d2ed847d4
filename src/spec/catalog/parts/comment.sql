LEFT JOIN pg_catalog.pg_description comment
    ON comment.classoid = 'pg_catalog.{1}'::pg_catalog.regclass
    AND comment.objoid = {2}
    AND comment.objsubid = 0
