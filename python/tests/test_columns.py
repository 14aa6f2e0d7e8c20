"""When a title is near enough to a fact to be taken for a slip."""

from __future__ import annotations

from functools import cache
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import xeploai
from xeploai import columns
from xeploai.columns import Field, Names


def names_of(*names: str) -> Names:
    return Names(
        Field(name, "boolean", {"vi": name, "en": name}, None, False, None, None, None, (), ()) for name in names
    )


@cache
def distance(one: str, two: str) -> int:
    """The fewest changes, additions, losses and swaps of neighbours, no letter touched twice: by trying everything."""
    if not one or not two:
        return len(one) + len(two)
    ways = [distance(one[1:], two) + 1, distance(one, two[1:]) + 1, distance(one[1:], two[1:]) + (one[0] != two[0])]
    if len(one) > 1 and len(two) > 1 and (one[0], one[1]) == (two[1], two[0]):
        ways.append(distance(one[2:], two[2:]) + 1)
    return min(ways)


@settings(deadline=None)
@given(st.text("ab ", max_size=6), st.text("ab ", max_size=6), st.integers(0, 3))
def test_distance_is_the_fewest_slips(one: str, two: str, most: int) -> None:
    found = columns._distance(one, two, most)
    assert found == distance(one, two) or found > most < distance(one, two)


@pytest.mark.parametrize(
    ("title", "known", "near"),
    [
        ("abd", "abc", False),  # too short for any slip
        ("abcx", "abcd", True),
        ("acbd", "abcd", True),  # one swap
        ("abc", "abcd", True),
        ("abxy", "abcd", False),
        ("abcdexy", "abcdefg", False),
        ("abcdefxy", "abcdefgh", True),
        ("bacdefhg", "abcdefgh", True),  # two swaps
        ("abcdexyz", "abcdefgh", False),
        ("abcdefghijklxyz", "abcdefghijklmno", False),
        ("AB-CD", "ab_cd", True),
        ("", "abcdefgh", False),
        ("---", "abc", False),
    ],
)
def test_how_near_is_near(title: str, known: str, near: bool) -> None:
    assert names_of(known).near(title) == (known if near else None)


def test_the_nearest_is_meant() -> None:
    for order in permutations(["tasks_done", "tasks_gone", "tasks_late"]):
        assert names_of(*order).near("tasks_dona") == "tasks_done"


def test_usual_foreign_columns_are_not_taken_for_slips() -> None:
    names = Names(Field.of(fact) for fact in xeploai.Rulebook.builtin("366-qd-tw").facts("member"))
    foreign = [
        "STT", "Mã", "id", "Họ và tên", "Ngày sinh", "Ngày vào Đảng", "Giới tính", "Chức vụ", "Chi bộ", "Ghi chú",
        "Số thẻ đảng viên", "Điểm tự chấm", "Năm", "name", "score", "tasks", "Điểm tiêu chí riêng",
    ]  # fmt: skip
    assert [title for title in foreign if names.near(title)] == []
