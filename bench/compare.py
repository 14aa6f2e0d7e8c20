"""Holds one result against another, row by row under the same id.

    python bench/compare.py EXPECTED.arrow GOT.arrow

Prints for each column how many rows differ; the exit code is 0 where none does.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from columns import RESULT


def compare(expected: pa.Table, got: pa.Table, key: str = "id") -> dict[str, int]:
    """For each column of the expected result the number of rows that differ; `key`: of rows only one of the two has.

    Only rows both have are compared in the other columns. A null differs from every value.
    """
    names = [name for name in expected.column_names if name != key]
    got = got.select([key, *names]).cast(expected.select([key, *names]).schema)
    for table in (expected, got):
        if pc.count_distinct(table[key]).as_py() != len(table):
            raise ValueError(f"{key} is not unique")
    both = expected.join(got, key, join_type="inner", right_suffix="_got")
    counts = {key: len(expected) + len(got) - 2 * len(both)}
    for name in names:
        one, other = both[name], both[name + "_got"]
        same = pc.or_kleene(pc.fill_null(pc.equal(one, other), False), pc.and_(one.is_null(), other.is_null()))
        counts[name] = len(both) - pc.sum(same.cast(pa.int64()), min_count=0).as_py()
    return counts


def main() -> int:
    """Compare two files of results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("expected", type=Path)
    parser.add_argument("got", type=Path)
    options = parser.parse_args()
    expected, got = (pa.ipc.open_file(path).read_all().select(RESULT.names) for path in (options.expected, options.got))
    counts = compare(expected, got)
    print(json.dumps(counts))
    return 1 if any(counts.values()) else 0


if __name__ == "__main__":
    raise SystemExit(main())
