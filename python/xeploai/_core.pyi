"""The native part of ``xeploai``; use the package, not this module."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from os import PathLike
from typing import Literal, Protocol, TypedDict, final

__version__: str

Language = Literal["vi", "en"]
Outcome = Literal["rated", "authority_decides", "undetermined", "not_rated", "not_reviewed", "invalid"]

class Words(TypedDict):
    """A text in both languages."""

    vi: str
    en: str

class Choice(TypedDict):
    """A code with its words and, where there is one, its customary abbreviation."""

    code: str
    label: Words
    short: str | None

Period = TypedDict("Period", {"from": str, "to": str | None})

Instrument = TypedDict(
    "Instrument",
    {
        "id": str,
        "number": str,
        "kind": Words,
        "issuer": Words,
        "date": str,
        "from": str,
        "to": str | None,
        "replaces": list[str],
    },
)

class Policy(TypedDict):
    """A choice that the text leaves open."""

    name: str
    label: Words
    words: Words
    default: str
    options: list[Choice]

class Field(TypedDict):
    """A field of the items of a list fact."""

    name: str
    type: Literal["boolean", "integer", "decimal", "enumeration", "date", "level", "text"]
    scale: int | None
    min: int | str | None
    max: int | str | None
    values: list[Choice] | None
    fields: None
    label: Words
    required: bool

class Fact(TypedDict):
    """Something that a case may say: its type, bounds (decimals as exact text), codes, and words."""

    name: str
    type: Literal["boolean", "integer", "decimal", "enumeration", "date", "level", "list"]
    scale: int | None
    min: int | str | None
    max: int | str | None
    values: list[Choice] | None
    fields: list[Field] | None
    label: Words
    help: Words | None
    required: bool

class Problem(TypedDict):
    """One thing that is wrong with a case. ``at`` is the place inside a list, such as ``/3/grade``."""

    field: str
    at: str
    code: str
    expected: str
    found: str

class Reason(TypedDict):
    """A rule for which a case is not reviewed or not rated."""

    rule: str
    citation: str
    words: Words

Between = TypedDict("Between", {"from": int | str, "to": int | str})

class Items(TypedDict):
    """The number of items of a list."""

    items: int

Reading = bool | int | str | Items | Between | None

class Finding(TypedDict):
    """A rule, and how it came out: ``holds`` is ``None`` while a fact is missing."""

    rule: str
    citation: str
    provenance: Literal["read", "summary", "inferred", "local"]
    kind: str
    holds: bool | None
    effect: str
    decisive: bool
    condition: str
    values: dict[str, Reading]

Change = TypedDict("Change", {"from": Reading, "to": Reading, "by": int | str | None})

class Obstacle(TypedDict):
    """A fact or measure that stands in the way of a level, and the change that lifts it."""

    what: str
    change: Change
    grantable: bool
    rule: str | None

class Note(TypedDict):
    """What a reader has to know beside the level."""

    code: Literal["caveat", "gap", "choice", "unread", "quota", "notice", "clamped", "provenance"]
    rule: str | None
    citation: str | None
    words: Words

class RulebookName(TypedDict):
    """A rulebook that a result or another rulebook rests on."""

    id: str
    version: str
    digest: str

class RulebookChange(TypedDict):
    """What a rulebook changes against another one."""

    subject: str | None
    part: str
    name: str
    before: str | None
    after: str | None
    effect: Literal["more_lenient", "stricter", "neutral", "not_compared"]
    words: Words

class Result(TypedDict):
    """The one shape of a result, the same from every face."""

    outcome: Outcome
    level: str | None
    at_least: str | None
    at_most: str | None
    by_score: str | None
    by_conditions: str | None
    score: str | None
    missing: list[str]
    problems: list[Problem]
    reasons: list[Reason]
    findings: list[Finding]
    obstacles: dict[str, list[Obstacle]]
    notes: list[Note]
    subject: str
    rulebook: RulebookName
    policies: dict[str, str]

Scalar = bool | int | float | str | date | Decimal | None
FactValue = Scalar | list[dict[str, Scalar]] | list[Scalar]

class ArrowStream(Protocol):
    """A table of any library that speaks the Arrow interface as a stream of batches."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

class ArrowArray(Protocol):
    """A batch of any library that speaks the Arrow interface."""

    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]: ...

class ReasonPlace(TypedDict):
    """Some bits of the reason code of a row.

    ``sort`` is ``rule`` (0 false, 2 unknown, 3 true), ``lowest_band`` and ``highest_band`` (ranks of levels, 0 the
    lowest), ``clamped``, ``bound`` or, of a row that is ``invalid``, ``fact`` (1 absent, 2 refused, 3 inconsistent).
    """

    sort: Literal["rule", "lowest_band", "highest_band", "clamped", "bound", "fact"]
    of: str
    column: str
    shift: int
    width: int

class FileCounts(TypedDict):
    """What was rated of a file."""

    rows: int
    single_rows: int
    why_single: Words | None
    outcomes: dict[Outcome, int]
    levels: dict[str, int]
    absent: list[str]
    foreign: list[str]

@final
class ArrowTable:
    """A table of Arrow in memory."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The stream of its batches; nothing is copied."""
    @staticmethod
    def read(path: str | PathLike[str]) -> ArrowTable:
        """A file of columns, Parquet or Arrow, by the end of its name. Raises ``OSError``, or ``ValueError`` where it
        is not of its form."""
    def write(self, path: str | PathLike[str], form: str | None = None) -> None:
        """Writes it into a file of columns, by the end of its name or ``form``."""
    def column(self, name: str) -> list[str | int | bool | None]:
        """A column as Python values: text, whole numbers, booleans, days as ``YYYY-MM-DD``, decimals as text; ``None``
        for an empty cell, and for what is none of these. Raises ``KeyError`` where there is no such column."""
    @property
    def column_names(self) -> list[str]:
        """The names of its columns."""
    def __len__(self) -> int: ...

@final
class RatedTable:
    """A table that is rated as it is read. It has ``__arrow_c_stream__``: any data frame library reads it."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The stream of the rated table. It reads the table anew each time, where that can be read more than once."""
    def collect(self) -> ArrowTable:
        """Rates all of it now, into memory. An exception of ``progress``, and Ctrl-C, come out as they are."""
    @property
    def column_names(self) -> list[str]:
        """The names of the columns: those of the table, then those of the results."""
    @property
    def absent(self) -> list[str]:
        """The facts that no column of the table states; they are not known in any row."""
    @property
    def rows(self) -> int:
        """How many rows the reading that began last has rated so far."""
    @property
    def single_rows(self) -> int:
        """How many of them were rated one by one, because the rules say something that the columns cannot."""
    @property
    def why_single(self) -> str | None:
        """Why rows are rated one by one, in English; nothing where none is."""

@final
class Rating:
    """How a case was rated, with everything that it rests on."""

    @property
    def outcome(self) -> Outcome:
        """How the case ends."""
    @property
    def level(self) -> str | None:
        """The code of the level; only of a case that is ``rated``."""
    @property
    def at_least(self) -> str | None:
        """The code of the lowest level that is possible."""
    @property
    def at_most(self) -> str | None:
        """The code of the highest level that is possible."""
    @property
    def by_score(self) -> str | None:
        """The code of the level whose band holds the score."""
    @property
    def by_conditions(self) -> str | None:
        """The code of the highest level whose conditions hold and whose lower limit the score reaches."""
    @property
    def score(self) -> str | None:
        """The score, exact as text; where four decimals do not suffice truncated, the fraction beside it."""
    @property
    def score_fraction(self) -> Fraction | None:
        """The score as an exact fraction."""
    @property
    def subject(self) -> str:
        """The code of the kind of subject."""
    @property
    def missing(self) -> list[str]:
        """The missing facts that keep the case open; stating all of them ends ``undetermined``."""
    @property
    def problems(self) -> list[Problem]:
        """What is wrong with the facts; only of a case that is ``invalid``. It may hold personal data."""
    @property
    def reasons(self) -> list[Reason]:
        """The rules for which the case is not reviewed or not rated."""
    @property
    def findings(self) -> list[Finding]:
        """Every rule that was looked at, with the values that it read."""
    @property
    def obstacles(self) -> dict[str, list[Obstacle]]:
        """For each level above the lowest possible one, what stands in its way."""
    @property
    def notes(self) -> list[Note]:
        """What a reader has to know beside the level."""
    def explain(self, lang: Language = "vi") -> str:
        """The result in words, as it can be handed to the person rated."""
    def to_dict(self) -> Result:
        """The whole result; the keys are always there."""
    def to_json(self) -> str:
        """The whole result as JSON text, the same bytes from every face."""

@final
class Rulebook:
    """One regulation with its guidance, ready to rate. It never changes and may be shared between threads."""

    @staticmethod
    def builtin(id: str, on: date | str | None = None) -> Rulebook:
        """A rulebook that comes with the package: of one that was amended the latest version, or the one in force
        ``on`` a day. Raises ``LoadError`` where there is none of this id, or none in force on the day.

        >>> import xeploai
        >>> xeploai.Rulebook.builtin("nd-90-2020", on="2022-12-31").version
        '1.0.0'
        """
    @staticmethod
    def load(path: str | PathLike[str]) -> Rulebook:
        """A rulebook, or an overlay on a built-in one, from a file. Raises ``LoadError`` with every fault,
        or ``OSError`` where the file cannot be read."""
    @staticmethod
    def from_json(text: str) -> Rulebook:
        """The same from text."""
    def with_overlay(self, overlay: str | PathLike[str] | Mapping[str, object]) -> Rulebook:
        """This rulebook with an overlay on it: a path, JSON text, or a dict. Raises ``LoadError`` with every fault."""
    @property
    def id(self) -> str:
        """The id, such as ``366-qd-tw``."""
    @property
    def version(self) -> str:
        """The version of the encoding."""
    @property
    def digest(self) -> str:
        """The SHA-256 digest of the canonical form."""
    @property
    def title(self) -> Words:
        """The name of the regulation."""
    @property
    def province(self) -> str | None:
        """The province, or other body below the centre, whose rulebook it is."""
    @property
    def layers(self) -> list[RulebookName]:
        """The rulebooks that it was built upon, the oldest first."""
    @property
    def in_force(self) -> Period:
        """The days on which it is in force."""
    def subject_in_force(self, subject: str) -> Period:
        """The days on which the rules for a kind of subject are in force. Raises ``UnknownSubjectError``."""
    @property
    def instruments(self) -> list[Instrument]:
        """The texts that its rules cite."""
    @property
    def subjects(self) -> list[str]:
        """The codes of the kinds of subject."""
    @property
    def levels(self) -> list[Choice]:
        """The levels, lowest first."""
    @property
    def policies(self) -> list[Policy]:
        """The choices that the text leaves open."""
    def subject_label(self, subject: str) -> Words:
        """What people call a kind of subject. Raises ``UnknownSubjectError``."""
    def facts(self, subject: str) -> list[Fact]:
        """What a case of a kind may say. Raises ``UnknownSubjectError``."""
    def rate(
        self, subject: str, facts: Mapping[str, FactValue], *, policies: Mapping[str, str] | None = None
    ) -> Rating:
        """Rates one case. Facts that are not in order give the outcome ``invalid``, never an exception.

        Raises ``UnknownSubjectError``, ``PolicyError``, or ``FactsError`` where the facts are no mapping.

        >>> import xeploai
        >>> member = {"score_general": 28, "score_results": "61.99"}
        >>> xeploai.Rulebook.builtin("366-qd-tw").rate("member", member).score
        '89.99'
        """
    def rate_json(self, subject: str, text: str, *, policies: Mapping[str, str] | None = None) -> Rating:
        """Rates one case from the JSON text of its facts; a fact that stands twice is seen."""
    def rate_table(
        self,
        subject: str,
        table: ArrowStream | ArrowArray,
        *,
        policies: Mapping[str, str] | None = None,
        threads: int | None = None,
        keep: Sequence[str] = ...,
        prefix: str = ...,
        progress: Callable[[int], bool | None] | None = None,
    ) -> RatedTable:
        """Rates every row of a table as its case alone would be rated: columns of Arrow in, the same columns with the
        results out. Raises ``TableError`` with everything that is wrong with the columns, ``UnknownSubjectError`` or
        ``PolicyError``.

        ``threads``: how many rate, all that the machine has by default; the result is the same. ``keep``: foreign
        columns whose names are nearly those of facts. ``prefix``: what the names of the results begin with.
        ``progress`` is called with the number of rows done; ``False`` stops the rest.
        """
    def rate_file(
        self,
        subject: str,
        source: str | PathLike[str],
        target: str | PathLike[str],
        *,
        form: str | None = None,
        policies: Mapping[str, str] | None = None,
        threads: int | None = None,
        keep: Sequence[str] = ...,
        prefix: str = ...,
        progress: Callable[[int], bool | None] | None = None,
    ) -> FileCounts:
        """Rates every row of a Parquet or Arrow file into another one, by the ends of their names or ``form``; in
        bounded memory. The target is written in place: after an exception what stands there is of no use. Raises
        ``TableError``, ``OSError``, or ``ValueError`` where a file is not of its form. Returns how many rows ended
        how."""
    def quotas(self, subject: str) -> list[QuotaRule]:
        """The quotas of a kind: their ids, limited levels, groupings and shares."""
    def hold_quotas(
        self,
        subject: str,
        rated: ArrowStream | ArrowArray,
        *,
        policies: Mapping[str, str] | None = None,
        groups: Mapping[str, Sequence[str]] | None = None,
        rates: Sequence[Mapping[str, str]] | None = None,
        id: str = ...,
        invalid: Literal["open", "left_out"] | str = "open",
        prefix: str = ...,
        threads: int | None = None,
    ) -> HeldTable:
        """Holds the quotas of a kind on a rated table: groups counted, those over left to the authority or, where a
        local policy says so, stepping down by its ranking. ``groups`` names the columns of a grouping; ``unit // 200``
        divides the whole numbers of a column. Rows that are invalid may still become anything, or are ``left_out``.
        Raises ``TableError`` where a column is missing, the table has ``own_outcome`` from before, or one of ``rates``
        does not count."""
    def tally(
        self,
        rated: ArrowStream | ArrowArray,
        by: Sequence[str] = ...,
        *,
        decimals: int | None = None,
        prefix: str = ...,
        threads: int | None = None,
    ) -> ArrowTable:
        """Counts a rated table by outcome and level, in the groups that the columns ``by`` make; with ``decimals``
        also the shares of the levels among those rated. Raises ``TableError`` where a column is missing."""
    def rate_row(
        self,
        subject: str,
        table: ArrowStream | ArrowArray,
        row: int,
        *,
        policies: Mapping[str, str] | None = None,
        keep: Sequence[str] = ...,
    ) -> Rating:
        """Rates one row of a table, counted from 0, alone: the findings behind its reason code. A table with the
        results of ``rate_table`` will do."""
    def reasons(self, subject: str) -> list[ReasonPlace]:
        """How to read the reason codes of ``rate_table``: what each group of bits tells and where it stands."""
    def read_cells(self, subject: str, row: dict[str, object]) -> dict[str, FactValue]:
        """Reads the cells of a file, by name of fact, as the rulebook declares them: 3.0 as 3, Có as true,
        31/12/2025 as a date, a decimal comma. What cannot be read is passed on, for ``rate`` to refuse."""
    def page(self, lang: Language = "vi") -> str:
        """The rulebook as a page for jurists, in Markdown."""
    def changes(self, base: Rulebook | None = None) -> list[RulebookChange]:
        """What it changes against the rulebook that it was put on, or against another one, by structure; what is more
        lenient first. Words and citations are not looked at."""
    def overlay_template(self) -> str:
        """A valid overlay on this rulebook, to be filled in."""
    def overlay_schema(self) -> str:
        """The JSON Schema of overlays, with the names of this rulebook for an editor to offer."""
    def summary_json(self) -> str:
        """What a program has to know of it before it rates, as JSON, the same bytes from every face: ``id``,
        ``version``, ``digest``, ``levels``, ``enumerations``, ``policies``, and of each of the ``subjects`` its
        ``facts``, ``quotas`` and how its ``reasons`` are read."""
    def to_json(self) -> str:
        """The canonical form, over which the digest is taken."""

class QuotaRule(TypedDict):
    """A quota as a rulebook states it. ``rate`` is a share, or ``recorded`` names the one that is recorded for each
    group."""

    id: str
    level: str
    group_by: list[str]
    rate: str | None
    recorded: str | None
    exceptional_rate: str | None
    words: Words

class TableQuota(TypedDict):
    """What a quota came to for one group of a table. Numbers stand as the smallest and the largest that what is still
    open allows."""

    quota: str
    citation: str
    level: str
    grouping: str
    group: list[str]
    rate: str | None
    candidates: tuple[int, int]
    base: tuple[int, int]
    most: tuple[int, int]
    over: tuple[int, int]

@final
class HeldTable:
    """A table after its quotas."""

    @property
    def table(self) -> ArrowTable:
        """The table: ``outcome``, ``at_least`` and ``at_most`` are those after the quotas; ``own_outcome``,
        ``own_at_least`` and ``own_at_most`` as they were before."""
    @property
    def quotas(self) -> list[TableQuota]:
        """What each quota came to, group by group."""
    def quotas_json(self) -> str:
        """The same as JSON, the same bytes from every face."""

class StageQuota(TypedDict):
    """A quota that is held after a stage, and for how many groups."""

    quota: str
    grouping: str
    groups: int

class Stage(TypedDict):
    """What is rated in one stage of a kind, the quotas held after it, and the places of the text that say so."""

    stage: int
    kind: str
    subjects: int
    quotas: list[StageQuota]
    citations: list[str]

class CohortProblem(TypedDict):
    """One thing that is wrong with a cohort. ``rows`` are counted from 1; ``words`` says all of it in a sentence."""

    code: str
    table: str
    rows: list[int]
    column: str
    subjects: list[str]
    expected: str
    found: str
    words: Words

class DecisionFinding(TypedDict):
    """Something found on decisions, with the rule that it rests on."""

    code: str
    rows: list[int]
    subjects: list[str]
    rule: str
    citation: str
    expected: str
    found: str
    words: Words

class QuotaLine(TypedDict):
    """What a quota came to for one group of a cohort. Numbers stand as the smallest and the largest that what is still
    open allows; ``ranking`` holds ids with the first and the last place that they may take; ``decided`` counts those
    who have the level in the end and those who still may."""

    quota: str
    citation: str
    kind: str
    level: str
    grouping: str
    group: str
    members: int
    rate: str | None
    decision: str
    candidates: tuple[int, int]
    base: tuple[int, int]
    most: tuple[int, int]
    over: tuple[int, int]
    open: list[str]
    ranking: list[tuple[str, int, int]]
    decided: tuple[int, int]

class Side(TypedDict):
    """An outcome with its levels."""

    outcome: Outcome
    at_least: str | None
    at_most: str | None

class Changed(TypedDict):
    """A subject that would come out otherwise, and the ids through which the change reached it."""

    id: str
    kind: str
    before: Side
    after: Side
    through: list[str]

@final
class Cohort:
    """Subjects of all kinds with their relations, to be rated together for one period.

    >>> import xeploai
    >>> cohort = xeploai.Cohort("2021-12-31")
    >>> cohort.add_records("party_organization", [{"id": "CB1"}])
    >>> cohort.add_records("member", [{"id": "DV1", "belongs_to": "CB2"}])
    >>> rated = cohort.rate()
    >>> rated.problems[0]["code"], rated.problems[0]["rows"], rated.problems[0]["found"]
    ('nobody', [1], 'CB2')
    """

    def __new__(
        cls,
        period_end: date | str,
        *,
        on: date | str | None = None,
        province: str | None = None,
        library: Library | None = None,
        rulebooks: Mapping[str, Rulebook] | None = None,
        policies: Mapping[str, str] | None = None,
        groups: Mapping[str, Sequence[str]] | None = None,
        rates: Sequence[Mapping[str, str]] | None = None,
        keep: Sequence[str] = ...,
        contradictions: Literal["unknown", "stated", "computed"] | str = "unknown",
        threads: int | None = None,
    ) -> Cohort:
        """A cohort of nobody, for the period that ends on a day. ``on`` is the day of the rating, which says what
        rulebooks are in force; ``rulebooks`` names others for some kinds; ``groups`` the columns that together make a
        grouping of quotas; ``rates`` what is recorded for groups: ``quota``, ``group``, ``rate``, ``decision``."""
    @staticmethod
    def from_json(request: str, library: Library | None = None) -> Cohort:
        """A cohort from the text of a JSON request, as every face takes it: ``period_end``, and as far as they are
        wanted ``on``, ``province``, ``policies``, ``groups``, ``rates``, ``keep``, ``contradictions``, ``threads``,
        ``columns``, ``subjects``, ``relations`` and ``decisions``. Raises ``RequestError``."""
    def add(self, kind: str, table: ArrowStream | ArrowArray) -> None:
        """Adds a table of subjects of a kind: anything that speaks the Arrow interface. The column ``id`` names them,
        columns named like relations hold ids of others."""
    def add_records(self, kind: str, records: Iterable[Mapping[str, object]], columns: Sequence[str] = ...) -> None:
        """Adds subjects of a kind one by one: mappings with ``id``, facts, and what else a row says. What is a
        relation, or named in ``columns``, is no fact."""
    def relate(self, relations: ArrowStream | ArrowArray | Iterable[tuple[str, str, str]]) -> None:
        """Adds relations: a table with the columns ``subject``, ``relation`` and ``object``, or triples of these."""
    def decide(self, decisions: ArrowStream | ArrowArray | Iterable[Mapping[str, object]]) -> None:
        """Adds decisions of the authority: a table, or mappings, with ``subject``, ``level`` and as far as they are
        known ``number``, ``date``, ``body``, ``decided_by``, ``reason``, ``votes_for``, ``votes_entitled``,
        ``replaces``."""
    def plan(self) -> tuple[list[Stage], list[CohortProblem]]:
        """The stages in which the cohort is rated, and what is wrong with it, without rating it."""
    def plan_json(self) -> str:
        """The same as JSON, the same bytes from every face."""
    def rate(self) -> RatedCohort:
        """Rates everybody. Raises ``TableError`` with everything that is wrong with the columns, or ``PolicyError``;
        what is wrong with rows is a problem of the result."""

@final
class RatedCohort:
    """A cohort as it was rated."""

    @property
    def kinds(self) -> list[str]:
        """The kinds of subject, in the order in which they came."""
    @property
    def problems(self) -> list[CohortProblem]:
        """What is wrong with tables, relations and groups."""
    @property
    def findings(self) -> list[DecisionFinding]:
        """What the check of the decisions found."""
    @property
    def stages(self) -> list[Stage]:
        """The stages in which it was rated."""
    @property
    def quotas(self) -> list[QuotaLine]:
        """The groups of every quota, with what it came to."""
    def table(self, kind: str) -> ArrowTable:
        """The rows of a kind with their results, as a table of Arrow. Raises ``KeyError`` where there is no such kind,
        or no rulebook for it."""
    def rating(self, id: str) -> Rating:
        """The rating of one subject with all its findings, before the quotas; what comes from others is put in as
        facts."""
    def open(self, id: str) -> str | None:
        """What others keep open of a subject: facts, why, and the ids of the others; ``None`` where nothing is."""
    def standing(self, id: str) -> Changed:
        """How a subject stands: before the quotas, and after them."""
    def what_if(self, changes: Mapping[str, Mapping[str, object]]) -> list[Changed]:
        """Who would come out otherwise if facts were others: a mapping of ids to mappings of facts. Raises
        ``KeyError`` for an id that nobody has, ``RequestError`` for a fact that is none or a value that is none of it.
        The cohort stays as it is."""
    def what_if_json(self, changes: str) -> str:
        """The same with changes and answer as JSON, the same bytes from every face. Raises ``RequestError``."""
    def to_json(self) -> str:
        """Everything that came out as JSON text, the same bytes from every face: ``stages``, ``quotas``, ``problems``,
        ``findings`` and ``subjects``."""

@final
class Library:
    """Rulebooks among which the one in force is looked for. It never changes and may be shared between threads.

    >>> import xeploai
    >>> library = xeploai.Library.builtin()
    >>> library.in_force("2021-12-31", "member", "nam-dinh").id
    'nam-dinh-1295'
    """

    def __new__(cls, rulebooks: Sequence[Rulebook]) -> Library:
        """A library of these rulebooks alone."""
    @staticmethod
    def builtin() -> Library:
        """The rulebooks that come with the package, every version of each."""
    def with_rulebook(self, rulebook: Rulebook) -> Library:
        """The library with one more rulebook, which takes the place of every one of its id."""
    @property
    def rulebooks(self) -> list[Rulebook]:
        """The rulebooks, in the order in which they came."""
    @property
    def subjects(self) -> list[str]:
        """The codes of the kinds of subject that any of the rulebooks has."""
    def in_force(self, on: date | str, subject: str, province: str | None = None) -> Rulebook:
        """The one rulebook that is in force on a day for a kind of subject, in a province where one is named.
        Raises ``NotInForceError`` where there is none or more than one."""

def builtin_ids() -> list[str]:
    """The ids of the built-in rulebooks, each once, in the order of their dates."""

def is_overlay(text: str) -> bool:
    """Whether a text is that of an overlay, not of a rulebook of its own."""

def schema(of: str) -> str:
    """The JSON Schema of a document: ``rulebook`` or ``overlay``."""

def read_day(text: str) -> str | None:
    """A day as people write it, such as ``31/12/2025``, in the form ``YYYY-MM-DD``; ``None`` where it is none."""

def invalid(rulebook: Rulebook, subject: str, field: str, code: str, found: str) -> Rating:
    """A rating of outcome ``invalid``, for a problem that only the reader of a file can see:
    ``duplicate`` or ``not_a_record``."""

def message(key: str, lang: str, **values: object) -> str:
    """A message of the catalogue. Raises ``KeyError`` for a key that it does not have."""

def statistics(what: str, request: str) -> str:
    """Answers a request for statistics, JSON in and out."""

def file_titles(path: str | PathLike[str]) -> list[str]:
    """The titles of the columns of a Parquet or Arrow file."""

def count_file(
    path: str | PathLike[str], columns: Sequence[str], only: Sequence[str]
) -> list[tuple[list[str | None], int]]:
    """What the columns of a Parquet or Arrow file say together, and how many rows say so.

    Columns in ``only`` are read in those rows alone whose first column says that a row was not rated or not reviewed.
    """
