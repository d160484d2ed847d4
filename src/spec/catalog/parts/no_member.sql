  AND {2} NOT IN (
        SELECT member.objid FROM pg_catalog.pg_depend member
        WHERE member.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
          AND member.classid = 'pg_catalog.{1}'::pg_catalog.regclass
          AND member.deptype = 'e')
