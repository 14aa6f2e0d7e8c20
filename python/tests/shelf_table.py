"""The built-in rulebooks as both READMEs list them: the READMEs' table is made of this.

`python python/tests/shelf_table.py` prints the rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import xeploai

SECTIONS = ("not_reviewed", "not_rated", "triggers", "ceilings", "notices", "quotas")
# "Read" of how many, and what stands for a text that is not at hand.
WORDS = (("{read} of {all}", "local text not read"), ("{read} trên {all}", "chưa có văn bản của địa phương"))


def rules(subject: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for section in SECTIONS:
        for rule in subject.get(section, []):
            yield rule
            yield from rule.get("escapes", [])
    for level in subject["standards"]["levels"]:
        yield level
        yield from level.get("conditions", [])


def table(column: int) -> list[str]:
    """The rows in English (0) or Vietnamese (1)."""
    counted, unread = WORDS[column]
    rows = []
    for rulebook in xeploai.rulebooks():
        document = json.loads(rulebook.to_json())
        known = [rule["provenance"] for subject in document["subjects"] for rule in rules(subject)]
        texts = document["instruments"]
        if rulebook.province:
            texts = [text for text in texts if text["id"] == rulebook.id]
        numbers = ", ".join(text["number"] for text in texts)
        days = f"{rulebook.in_force['from']} – {rulebook.in_force['to'] or ''}".rstrip()
        read = unread if rulebook.province else counted.format(read=known.count("read"), all=len(known))
        rows.append(f"| `{rulebook.id}` | {numbers} | {days} | {read} |")
    return rows


if __name__ == "__main__":
    for column in (0, 1):
        print("\n".join(table(column)), end="\n\n")
