"""The rules of the workload in DuckDB's SQL, on its own decimals.

Written to be fast, for our own figures are held against it: the sum stays in as narrow a decimal as its digits allow,
a reason is one `CASE`, and rows at level 1 are ranked apart from the others instead of being joined to them again.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from columns import BONUS_LIMIT, CRITERIA, DISTRICTS, MALUS_LIMIT, REQUIRED, RESULT, UNITS_PER_DISTRICT


class Rated(NamedTuple):
    """The people of the result, and the figures of the districts where the quota was asked for."""

    people: pa.Table
    districts: pa.Table | None


def load(table: pa.Table, threads: int = 2) -> duckdb.DuckDBPyConnection:
    """A database in memory with the table in DuckDB's own form, under the name `people`."""
    connection = duckdb.connect(config={"threads": threads, "preserve_insertion_order": False})
    connection.register("given", table)
    connection.execute("CREATE TABLE people AS SELECT * FROM given")
    connection.unregister("given")
    return connection


def rate(data: duckdb.DuckDBPyConnection, *, quota: bool = False) -> Rated:
    """The rating of each row, in no order; `quota`: with R6 and R8."""
    if not quota:
        return Rated(data.sql(BEFORE_QUOTA).to_arrow_table(), None)
    data.execute(f"CREATE OR REPLACE TABLE rated AS {WITH_QUOTA}")
    people = data.sql(f"SELECT {', '.join(RESULT.names)} FROM rated").to_arrow_table()
    return Rated(people, data.sql(DISTRICT_FIGURES).to_arrow_table())


def as_table(rated: Rated) -> pa.Table:
    """The people of a result in the common form."""
    thousandths = pc.multiply(rated.people["total"], pa.scalar(Decimal(1000))).cast(pa.int32())
    at = rated.people.column_names.index("total")
    return rated.people.set_column(at, "total", pc.fill_null(thousandths, -1)).cast(RESULT)


def districts_as_table(rated: Rated) -> pa.Table:
    """The districts of a result in the common form."""
    assert rated.districts is not None
    return rated.districts.cast(DISTRICTS)


def any_of(*conditions: str) -> str:
    """SQL that holds where one of the conditions does."""
    return " OR ".join(conditions)


def flag(condition: str, bit: int) -> str:
    """SQL of a reason, where the condition holds."""
    return f"CASE WHEN {condition} THEN {bit}::SMALLINT ELSE 0::SMALLINT END"


MISSING = any_of(*(f"{name} IS NULL" for name in REQUIRED), "(is_head AND unit_rating IS NULL)")
OUT_OF_BOUNDS = any_of(
    *(f"{name} < 0 OR {name} > {greatest}" for name, greatest in CRITERIA.items()),
    f"bonus < 0 OR bonus > {BONUS_LIMIT} OR malus < 0 OR malus > {MALUS_LIMIT}",
)
BELOW_GOOD = any_of(*(f"{name} < {greatest * Decimal('0.8')}" for name, greatest in CRITERIA.items()))
BELOW_FAIR = any_of(*(f"{name} < {greatest * Decimal('0.5')}" for name, greatest in CRITERIA.items()))

# R0 to R5, one step after another; `people` with what the steps found.
STEPS = f"""
WITH summed AS (
    SELECT *,
        ((c1 + c2) + (c3 + c4)) + ((c5 + c6) + (c7 + c8)) + (coalesce(bonus, 0) - coalesce(malus, 0)) AS raw,
        CASE WHEN {MISSING} THEN 1
             WHEN {OUT_OF_BOUNDS} THEN 2
             WHEN votes_for > votes_total OR votes_total <= 0 OR votes_for < 0 THEN 3
             WHEN exempt THEN 10
             WHEN months_served < 6 THEN 11
             ELSE 0 END::TINYINT AS code
    FROM people
), clipped AS (
    SELECT *, CASE WHEN raw < 0 THEN 0 WHEN raw > 100 THEN 100 ELSE raw END AS total FROM summed
), held AS (
    SELECT *,
        {flag("total < 90", 1)} + {flag(BELOW_GOOD, 2)} + {flag("tasks_done <> tasks_assigned", 4)}
            + {flag("tasks_over::INTEGER * 100 < tasks_assigned::INTEGER * 50", 8)} AS failed_1,
        {flag("total < 70", 1)} + {flag(BELOW_FAIR, 2)} + {flag("tasks_done < tasks_assigned", 4)} AS failed_2,
        {flag("total < 50", 1)} + {flag("tasks_done::INTEGER * 100 < tasks_assigned::INTEGER * 70", 4)} AS failed_3
    FROM clipped
), based AS (
    SELECT *,
        CASE WHEN failed_1 = 0 THEN 1 WHEN failed_2 = 0 THEN 2 WHEN failed_3 = 0 THEN 3 ELSE 4 END::TINYINT AS base,
        CASE WHEN failed_1 = 0 THEN 0 WHEN failed_2 = 0 THEN failed_1 WHEN failed_3 = 0 THEN failed_2
             ELSE failed_3 END AS failed
    FROM held
), vetoed AS (
    SELECT *, CASE WHEN discipline >= 2 OR integrity_violation OR (disunity AND is_head) THEN 4::TINYINT
                   ELSE base END AS after_veto
    FROM based
), disciplined AS (
    SELECT *, CASE WHEN discipline = 1 AND after_veto < 3 THEN 3::TINYINT ELSE after_veto END AS after_discipline
    FROM vetoed
), headed AS (
    SELECT *, CASE WHEN is_head AND unit_rating >= after_discipline THEN unit_rating + 1::TINYINT
                   ELSE after_discipline END AS after_head
    FROM disciplined
), voted AS (
    SELECT *, CASE WHEN after_head = 1 AND votes_for::INTEGER * 3 < votes_total::INTEGER * 2 THEN 2::TINYINT
                   ELSE after_head END AS after_votes
    FROM headed
)"""

# R7, and the columns of the result.
RESULT_COLUMNS = f"""
    id,
    CASE WHEN code = 0 THEN 0 WHEN code >= 10 THEN 1 ELSE 2 END::TINYINT AS status,
    code,
    CASE WHEN code = 0 THEN total END AS total,
    CASE WHEN code = 0 THEN after_votes ELSE 0 END::TINYINT AS level,
    CASE WHEN code = 0 THEN failed + {flag("after_veto <> base", 16)} + {flag("after_discipline <> after_veto", 32)}
        + {flag("after_head <> after_discipline", 64)} + {flag("after_votes <> after_head", 128)}
        + {flag("total <> raw", 512)} ELSE 0 END::SMALLINT AS reasons"""

BEFORE_QUOTA = f"{STEPS} SELECT {RESULT_COLUMNS} FROM voted"

# R6. Counts of 16 bits: unlike ratios are unlike as floats too, and stand in the same order.
WITH_QUOTA = f"""{STEPS}, rated AS MATERIALIZED (
    SELECT {RESULT_COLUMNS}, unit_id // {UNITS_PER_DISTRICT} AS district, "group" AS section,
        votes_for::DOUBLE / votes_total AS favour
    FROM voted
), quotas AS (
    SELECT district, section, count(*) // 5 AS quota FROM rated WHERE level IN (1, 2) GROUP BY district, section
), ranked AS (
    SELECT rated.*, quota, row_number() OVER (
        PARTITION BY district, section ORDER BY total DESC, favour DESC, id
    ) AS place
    FROM rated JOIN quotas USING (district, section) WHERE level = 1
)
SELECT id, status, code, total, level, reasons, district FROM rated WHERE level <> 1
UNION ALL
SELECT id, status, code, total, CASE WHEN place > quota THEN 2 ELSE 1 END::TINYINT AS level,
    reasons + {flag("place > quota", 256)} AS reasons, district
FROM ranked"""

# R8.
DISTRICT_FIGURES = """
WITH counted AS (
    SELECT district,
        count(*) FILTER (level = 1) AS n1, count(*) FILTER (level = 2) AS n2, count(*) FILTER (level = 3) AS n3,
        count(*) FILTER (level = 4) AS n4, count(*) FILTER (status = 1) AS n_not,
        count(*) FILTER (status = 2) AS n_err, count(*) FILTER (status = 0) AS classified
    FROM rated GROUP BY district
)
SELECT district, n1, n2, n3, n4, n_not, n_err,
    coalesce((20000 * n1 + classified) // nullif(2 * classified, 0), 0) AS p1,
    coalesce((20000 * n2 + classified) // nullif(2 * classified, 0), 0) AS p2,
    coalesce((20000 * n3 + classified) // nullif(2 * classified, 0), 0) AS p3,
    coalesce((20000 * n4 + classified) // nullif(2 * classified, 0), 0) AS p4
FROM counted ORDER BY district"""
