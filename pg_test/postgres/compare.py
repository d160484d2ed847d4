"""Tells what guarded_ddl changed in a run of PostgreSQL's regression suite from what it should not have.

    compare.py MODE SUITE KEPT [KIND]

SUITE is src/test/regress of PostgreSQL's source tree. KEPT has the folders plain and MODE that regression.sh makes: both ran
the same files, one without the library and one with it. With KIND (direct, added, follows, known, unexplained) the pieces of
that kind are shown too. Exits with 1, and shows why, unless every piece is explained.

How two results are compared. psql echoes each line it reads (-a), so a results file is the input with what was said in
between. The input is cut where psql sends it: Reader does what psqlscan.l does with quotes, comments, brackets, BEGIN ATOMIC
and COPY data. The output is cut at the echoes. A piece is one line, or the lines of one statement, and what was said to it.
Both modes have the same pieces, so they are compared one by one. What was said is messages, each with its DETAIL, HINT and so
on, and other lines. A guarded message is a NOTICE or WARNING that begins with `skipped`, `failed` or `conflict in` and an
operation; of what was applied too, where something is remarked on it.

identical    The same text, byte for byte.
direct       Plain says ERROR, and ours a guarded message in its place: without the one and the other, the text is the same.
             `failed` must have the message, DETAIL and HINT of that error; of a foreign key, which is judged from the catalog
             before it is made, at least the message and the DETAIL. Where client_min_messages hides the message, it is
             looked up in the server's log by its statement. In a function, DO block or EXECUTE the error ended what ours went
             on with: there it is enough that what plain said before the error is said. Under strict the error may stand
             beside a `conflict`.
added        Plain says no error, and ours says in addition that something was skipped, or says it in the place of
             PostgreSQL's own NOTICE `…, skipping`; without those, the text is the same. Or ours remarks something on what it
             has applied, as plain has: an index that a foreign key lacks, types that are not the same. A `conflict`, or
             `skipped` for something missing, counts only in the place of such a NOTICE; `failed` never. Under strict such a
             conflict is raised.
follows      It comes of an earlier piece of the same file, in one of these ways:
             - Only one of the modes is in an aborted transaction, and says so (25P02); or the piece ends that transaction.
             - It shares a name with what an earlier difference has left in another state (below). The name is in the
               statement, or in the lines that differ. Never if plain says ERROR and ours `failed` with other words.
             - It asks psql about the last error (:ERROR, :SQLSTATE …), after a difference.
known        Listed in KNOWN below, by file, statement and answer, each with its reason.
unexplained  Everything else. There must be none.

What is in another state. A direct difference outside a transaction block leaves none: in plain the statement failed, in ours
it was not run, or was undone. So nothing may follow from it. A state may differ only after
- a statement of several parts of which ours may have run some (it has commas outside brackets), or several statements on one
  line;
- a function, DO block or EXECUTE that went on where plain's ended: every name in it;
- a transaction that only one mode has committed: what its statements write to, and every setting they set;
- an object without a name (an index, a UNIQUE constraint) that ours finds to be there already, and plain makes again.
From there it spreads to what a statement writes to that has such a name in it, whether something different was said or not.
It ends when the object is dropped, or created anew, with the same result, and it never reaches the next file. In particular
`skipped` because something is so already, and IF EXISTS, leave nothing behind: if such a statement would have done something
after all, that shows as unexplained as soon as anything in its file looks at it.

Besides: every file of the schedule was run in both modes, to the same line (the last, or \\quit); no connection was lost; the
server's log has no failed assertion, crash or leaked resource, and no internal error (XX…) that plain's has not; and what the
suite leaves behind, some 1,800 objects, is the same in a schema dump of both modes, but for what LEFT_OUT names. off is the
same byte for byte.

The limits. A wrong skip is not seen if nothing in its file looks at what it should have done, and the object is gone at the
end; nor if what follows from it shares a name with an earlier difference (the pieces that follow are few, and listed: read
them). Which parts of a statement ran, and what a function writes to, is read off the text, not known. Errors that became
`failed` are compared in message, DETAIL and HINT, not in SQLSTATE and position: pg_test/python/test_strict_errors.py does
that. Data is compared only where the suite looks at it.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

IDENTICAL, DIRECT, ADDED, FOLLOWS, KNOWN_KIND, UNEXPLAINED = KINDS = "identical direct added follows known unexplained".split()

# The file, something of the statement, something of what ours says to it, and why it differs.
SUBTRANSACTION = "the statement ran in a subtransaction; PostgreSQL says the same with SAVEPOINT and RELEASE around it"
KNOWN = [
    ("enum", "enum_range(null::bogon)", 'ERROR:  unsafe use of new value "bad" of enum type bogon', SUBTRANSACTION),
    ("stats", "SELECT pg_stat_get_xact_tuples_inserted(:drop_stats_test_xact_oid)", "    1\n(1 row)", SUBTRANSACTION),
    ("subscription", "SELECT func()", "cannot run inside a transaction block", "refused as in a block before as in a function"),
    ("alter_table", "select * from my_locks", "(0 rows)", "a statement that is skipped takes no lock"),
    ("stats_ext", "tststats.s10", "WARNING:  conflict in create_statistics", "its own EXCEPTION handler has nothing to do"),
    ("stats_ext", r"\dX stts_t*expr*", "stts_t1_expr_expr_stat", "equal statistics without a name are not made twice"),
    ("stats_ext", "drop statistics stts_t1_a_b_expr_expr_stat1", "skipped", "equal statistics without a name are not made twice"),
    ("index_including", "USING rtree(c3)", "an equal index", "an equal index is not made again, so nothing is said of its method"),
    ("plpgsql", "shadowtest(in1 int)", "already exists", "an equal function is not made again, so nothing is said of its body"),
    ("constraints", "ADD CONSTRAINT nn NOT NULL a", "contains null values", "18: one that is not valid is validated"),
]

# Objects that are left at the end in another state, or not at all.
LEFT_OUT = {
    "tbl_include_unique1 tbl_include_unique1_c1_c2_c3_c4_key": "an equal UNIQUE constraint under another name was there",
    "pitest1_p2": "18: ALTER TYPE to the type that it is gives NOT NULL constraints of partitions the name of the parent's",
}


# ---- the input: what psql makes of a file -----------------------------------------------------------------------------------


@dataclass
class Unit:
    """Lines of an input file that psql reads until nothing is pending: one statement, or several of one line."""

    lines: list[str]
    echoed: list[str]
    statements: list[str]
    number: int

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


TOKEN = re.compile(
    r"""(?P<comment>--.*)
      | (?P<dollar>\$(?:[A-Za-z_\x80-\U0010ffff][A-Za-z0-9_\x80-\U0010ffff]*)?\$)
      | (?P<escape>[eE]')
      | (?P<name>[A-Za-z_\x80-\U0010ffff][A-Za-z0-9_$\x80-\U0010ffff]*)
      | (?P<number>[0-9][0-9A-Za-z_.]*)
      | (?P<quote>'|"|/\*)
      | (?P<backslash>\\.?)
      | (?P<semicolon>;)
      | (?P<bracket>[()])
      | .""",
    re.VERBOSE,
)
# What of a line belongs to a quoted text that has begun, up to its end if it is there.
REST = {"'": r"(?:[^']|'')*(?P<end>')?", "E'": r"(?:[^'\\]|\\.|''|\\$)*(?P<end>')?", '"': r'(?:[^"]|"")*(?P<end>")?'}
# Backslash commands that send, or drop, what was read so far; the others leave it.
SENDING = re.compile(r"\\(g|gx|gset|gexec|gdesc|crosstabview|watch|parse|bind_named|sendpipeline|r|reset)(?![a-z_])")
# Only here BEGIN … END is a part of a statement.
CREATES_ROUTINE = re.compile(r"create (or replace )?(function|procedure)\b")
STANDARD_STRINGS = re.compile(
    r"\s*(?:set\s+standard_conforming_strings\s*(?:to|=)\s*'?(\w+)|reset\s+standard_conforming_strings)", re.I
)


class Reader:
    """Reads an input file as psqlscan.l does, as far as it takes to find where statements end."""

    def __init__(self, text: str) -> None:
        self.source = text.split("\n")
        self.at = 0
        self.standard_strings = True
        self.echoes = True

    def units(self) -> list[Unit]:
        found = []
        while self.at < len(self.source):
            unit = self.unit()
            if unit.lines:
                found.append(unit)
        return found

    def unit(self) -> Unit:
        self.statements: list[str] = []
        self.copies = 0
        self.quote = ""
        self.begin()
        unit = Unit([], [], self.statements, self.at + 1)
        while self.at < len(self.source):
            line = self.source[self.at]
            self.at += 1
            # psql neither echoes nor reads empty lines, but in a quoted text.
            if line or self.quote:
                unit.lines.append(line)
                if self.echoes:
                    unit.echoed.append(line)
                if self.pending:
                    self.pending += "\n"
                self.line(line)
            if not self.quote and not self.pending.strip():
                break
        if self.pending.strip():
            self.statements.append(self.pending)
        for _ in range(self.copies):
            self.at = self.source.index("\\.", self.at) + 1
        return unit

    def begin(self) -> None:
        """A statement begins."""
        self.pending = ""
        self.depth = self.begins = 0
        self.words: list[str] = []

    def send(self) -> None:
        self.statements.append(self.pending)
        self.copies += reads_data(self.pending)
        if setting := STANDARD_STRINGS.match(self.pending):
            self.standard_strings = setting[1] is None or setting[1].lower() == "on"
        self.begin()

    def line(self, line: str) -> None:
        at = 0
        while at < len(line):
            if self.quote:
                end = self.end_of_quote(line, at)
                self.pending += line[at:end]
                at = end
                continue
            token = TOKEN.match(line, at)
            kind, text = token.lastgroup, token[0]
            if kind == "backslash" and text not in (r"\;", r"\:"):
                self.command(line[at:])
                return
            at = token.end()
            if kind != "comment":
                self.pending += text.removeprefix("\\")
                self.token(kind, text)

    def end_of_quote(self, line: str, at: int) -> int:
        if self.quote.startswith("$"):
            found = line.find(self.quote, at)
            end, is_over = (len(line), False) if found < 0 else (found + len(self.quote), True)
        elif self.quote.startswith("/*"):
            # As many as there are open comments.
            token = re.compile(r".*?(/\*|\*/)").match(line, at)
            end, is_over = (token.end(), False) if token else (len(line), False)
            if token:
                self.quote = self.quote + "/*" if token[1] == "/*" else self.quote[2:]
        else:
            token = re.compile(REST[self.quote]).match(line, at)
            end, is_over = token.end(), token["end"] is not None
        if is_over:
            self.quote = ""
        return end

    def token(self, kind: str | None, text: str) -> None:
        if kind in ("dollar", "quote"):
            self.quote = "E'" if text == "'" and not self.standard_strings else text
        elif kind == "escape":
            self.quote = "E'"
        elif kind == "bracket":
            self.depth = max(self.depth + (1 if text == "(" else -1), 0)
        elif kind == "name" and not self.depth:
            self.words.append(text.lower())
            if text.lower() == "begin" or (self.begins and text.lower() == "case"):
                self.begins += bool(self.begins or CREATES_ROUTINE.match(" ".join(self.words)))
            elif self.begins and text.lower() == "end":
                self.begins -= 1
        elif kind == "semicolon" and not self.depth and not self.begins:
            self.send()
        elif kind == "backslash" and text == r"\;":
            self.copies += reads_data(self.pending.rsplit(";", 2)[-2])
            self.words = []

    def command(self, command: str) -> None:
        if echo := re.match(r"\\set\s+echo\s+(\w+)", command, re.I):
            self.echoes = echo[1] == "all"
        if re.match(r"\\copy\b.*\bfrom\s+p?stdin\b", command, re.I):
            self.copies += 1
        if not self.pending.strip():
            self.statements.append(command)
            self.pending = ""
        elif SENDING.search(command):
            self.pending += command
            self.send()


def reads_data(statement: str) -> bool:
    """Whether what follows in the input is data; psql reads it even if the statement fails."""
    return bool(re.match(r"\s*copy\s+(\S+\s+){0,5}?from\s+(stdin|stdout)\b", outside_brackets(statement), re.I))


def align(units: list[Unit], output: str) -> list[list[str] | None]:
    """What was said before the first unit, and after each; None after one that was not read."""
    lines = output.removesuffix("\n").split("\n")
    where = defaultdict(list)
    for index, line in enumerate(lines):
        where[line].append(index)
    current: list[str] = []
    said: list[list[str] | None] = [current]
    at = 0
    for unit in units:
        if not unit.echoed:
            said.append([])
            continue
        found = find(lines, where, unit.echoed, at)
        if found is None:
            said.append(None)
            continue
        current.extend(lines[at:found])
        current = []
        said.append(current)
        at = found
        for line in unit.echoed:
            # Between the lines of a unit something is said only where several statements share it.
            while at < len(lines) and lines[at] != line:
                current.append(lines[at])
                at += 1
            at += 1
    current.extend(lines[at:])
    return said


def find(lines: list[str], where: dict[str, list[int]], echoed: list[str], at: int) -> int | None:
    places = [place for place in where.get(echoed[0], ()) if place >= at]
    for place in places:
        if lines[place : place + len(echoed)] == echoed:
            return place
    return places[0] if places else None


# ---- the output: messages, and the rest --------------------------------------------------------------------------------------

HEADER = re.compile(r"(?:psql:\S+ )?(DEBUG|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC):  ")
FIELD = re.compile(r"(LINE \d+|DETAIL|HINT|CONTEXT|QUERY|LOCATION|(?:SCHEMA|TABLE|COLUMN|DATATYPE|CONSTRAINT) NAME): ")
GUARDED = re.compile(r"(?:[0-9A-Z]{5}: )?(skipped|applied|conflict in|failed|planned) ([a-z_]+)(?: (.*?))?(?:: (.*))?$")
# \set VERBOSITY sqlstate leaves nothing but the SQLSTATE, which is PostgreSQL's for a NOTICE or WARNING without one.
GUARDED_TERSE = re.compile(r"(00000|01000)$()()()")
RULE = re.compile(r"-+(\+-+)*$")
ROWS = re.compile(r"\(\d+ rows?\)$|-\[ RECORD")
ABORTED = "current transaction is aborted, commands ignored until end of transaction block"
OWN_CONFLICT = re.compile(r"already exists with another definition|already exists, and was not compared in full")
CLOSED = re.compile(r"server closed the connection|connection to server was lost|terminating connection")


@dataclass
class Message:
    """One message, with its fields."""

    severity: str
    lines: list[str]

    @property
    def text(self) -> str:
        return HEADER.sub("", self.lines[0], count=1)

    @property
    def guarded(self) -> re.Match | None:
        if self.severity not in ("NOTICE", "WARNING"):
            return None
        return GUARDED.match(self.text) or GUARDED_TERSE.match(self.text)

    @property
    def is_error(self) -> bool:
        return self.severity in ("ERROR", "FATAL", "PANIC")

    @property
    def is_skipping(self) -> bool:
        """PostgreSQL's own way to say that IF [NOT] EXISTS had an effect."""
        return self.severity == "NOTICE" and self.text.endswith(", skipping")

    def advice(self) -> str:
        """DETAIL and HINT."""
        lines, keeps = [], False
        for line in self.lines[1:]:
            if field := FIELD.match(line):
                keeps = field[1] in ("DETAIL", "HINT")
            if keeps:
                lines.append(line)
        return "\n".join(lines)


class Said:
    """What was said to a piece."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.parts: list[Message | str] = []
        inside = None
        for index, line in enumerate(lines):
            if header := HEADER.match(line):
                inside = Message(header[1], [line])
                self.parts.append(inside)
            elif inside and (FIELD.match(line) or not self.starts_result(index)):
                # DETAIL, CONTEXT and QUERY may have several lines.
                inside.lines.append(line)
            else:
                inside = None
                self.parts.append(line)

    def starts_result(self, index: int) -> bool:
        following = self.lines[index + 1] if index + 1 < len(self.lines) else ""
        return bool(RULE.match(following) or ROWS.match(self.lines[index]))

    def messages(self) -> list[Message]:
        return [part for part in self.parts if isinstance(part, Message)]

    def errors(self) -> list[Message]:
        return [message for message in self.messages() if message.is_error]

    def guards(self) -> list[Message]:
        return [message for message in self.messages() if message.guarded]

    def without(self, messages: list[Message]) -> list[str]:
        left = [part for part in self.parts if not any(part is message for message in messages)]
        return [line for part in left for line in (part.lines if isinstance(part, Message) else [part])]

    def is_refused(self) -> bool:
        return any(error.text.endswith(ABORTED) for error in self.errors())


def kind_of(guard: re.Match) -> str:
    """applied, conflict, failed, and of what is skipped: missing, exists (an equal one), no_change."""
    status, message = guard[1], guard[4] or ""
    if status != "skipped":
        return status.split()[0]
    if re.search(r"does not exist, but", message):
        return "no_change"
    if re.search(r"does not exist|is only a shell|could not find", message):
        return "missing"
    return "exists" if "already exists" in message else "no_change"


def says_all_of(error: Message, failed: Message) -> bool:
    """Whether `failed` has the words of the error. What is judged before a foreign key is made has no name that the server would
    choose, says types with their length, and of each pair of columns, in the words of 18; it gives advice where the server has
    none."""
    text, advice, detail = failed.guarded[4], failed.advice(), error.advice()
    if (text, advice) == (error.text, detail):
        return True
    named = re.sub(r'^foreign key constraint ".*?" cannot', "foreign key constraint cannot", error.text)
    first = re.sub(r"\([\d,]+\)", "", advice.split("\n")[0])
    details = ("", first, re.sub(r" of the referenc(ing|ed) table", "", first))
    return failed.guarded[2] == "create_foreign_key" and text in (error.text, named) and detail in details


# ---- what a statement is about ----------------------------------------------------------------------------------------------

COMMENTS = re.compile(r"('(?:[^']|'')*')|--[^\n]*|/\*.*?\*/", re.DOTALL)
WORDS = re.compile(r'"((?:[^"]|"")+)"|([A-Za-z_\x80-\U0010ffff][\w$]*)')
OPERATORS = re.compile(r"[-+*/<>=~!@#%^&|`?]{2,}")
ONE = r'(?:"(?:[^"]|"")+"|[A-Za-z_\x80-\U0010ffff][\w$]*)'
NAME = rf"{ONE}(?:\s*\.\s*{ONE})*"
WRITES = re.compile(
    r"\b(?:insert\s+into|update(?:\s+only)?|delete\s+from(?:\s+only)?|merge\s+into|copy|set(?:\s+session|\s+local)?"
    rf"|into(?:\s+(?:temp|temporary|unlogged))?(?:\s+table)?)\s+({NAME})",
    re.I,
)
TOUCHES = re.compile(
    r"\b(?:on|rename\s+to|partition\s+of|partition|inherit|inherits\s*\(|references|constraint|using\s+index)\s+"
    rf"(?:only\s+|table\s+)?({NAME})",
    re.I,
)
DDL = "create alter drop comment grant revoke security reindex vacuum analyze cluster refresh import reassign".split()


def plain_text(statement: str) -> str:
    return COMMENTS.sub(r"\1", statement).strip()


def first_word(text: str) -> str:
    match = re.match(r"\s*(\w+)", text)
    return match[1].lower() if match else ""


def outside_brackets(text: str) -> str:
    text = re.sub(r"'(?:[^']|'')*'", "''", text)
    while (shorter := re.sub(r"\([^()]*\)", " ", text)) != text:
        text = shorter
    return text


class Names:
    """Finds names in statements: identifiers that are not keywords."""

    def __init__(self, kwlist: Path) -> None:
        self.keywords = set(re.findall(r'^PG_KEYWORD\("(\w+)"', read(kwlist), re.M))

    def all(self, text: str) -> set[str]:
        """Also those in strings and function bodies."""
        found = {quoted or word.lower() for quoted, word in WORDS.findall(plain_text(text))}
        return {name for name in found - self.keywords if len(name) > 1} | set(OPERATORS.findall(text))

    def last(self, qualified: str) -> set[str]:
        """Of schema.name the name."""
        quoted, word = WORDS.findall(qualified)[-1]
        name = quoted or word.lower()
        return set() if word and name in self.keywords else {name}

    def subject(self, statement: str) -> set[str]:
        """What a DDL statement creates, alters or drops."""
        text = plain_text(statement)
        verb = first_word(text)
        if verb not in DDL:
            return set()
        found: set[str] = set()
        level = outside_brackets(text)
        if re.match(r"\w+\s+operator\b(?!\s+(class|family))", text, re.I):
            found = set(re.findall(r"[-+*/<>=~!@#%^&|`?]+", text)[:1])
        elif verb in ("create", "alter", "comment", "refresh", "import"):
            for match in re.finditer(NAME, level):
                if found := self.last(match[0]):
                    break
        elif verb in ("grant", "revoke") and re.search(r"\bon\b", level, re.I):
            found = self.all(re.split(r"\b(?:to|from)\b", level, flags=re.I)[0])
        else:
            found = self.all(level)
        return found or self.all(text)

    def written(self, statement: str) -> set[str]:
        """What a statement may leave in another state."""
        text = plain_text(statement)
        if first_word(text) in ("truncate", "declare", "prepare"):
            return self.all(text)
        pattern = TOUCHES if first_word(text) in DDL else WRITES
        found = self.subject(statement)
        for name in pattern.findall(text):
            found |= self.last(name)
        return found


class Session:
    """Where the session of a file is: in a transaction block, aborted in either mode, with messages hidden."""

    def __init__(self) -> None:
        self.is_open = False
        self.plain_aborted = self.ours_aborted = False
        self.written: set[str] = set()
        self.is_muted = False

    def step(self, statement: str) -> set[str]:
        """Returns what only one of the modes has committed, if this statement ends a transaction."""
        text = plain_text(statement).lower()
        verb = first_word(text)
        if setting := re.match(r"(?:set\s+(?:session\s+|local\s+)?|reset\s+)client_min_messages(?:\s*(?:to|=)\s*'?(\w+))?", text):
            self.is_muted = setting[1] in ("warning", "error", "fatal", "panic")
        if verb == "begin" or re.match(r"start\s+transaction", text):
            if not self.is_open:
                self.written = set()
            self.is_open = True
        elif re.match(r"rollback\s+(work\s+|transaction\s+)?to\b", text):
            self.plain_aborted = self.ours_aborted = False
        elif re.match(r"(commit|rollback)\s+prepared", text):
            pass
        elif verb in ("commit", "end", "rollback", "abort") or re.match(r"prepare\s+transaction", text):
            is_doubtful = self.plain_aborted != self.ours_aborted and verb not in ("rollback", "abort")
            doubtful = self.written if is_doubtful else set()
            self.is_open = bool(re.search(r"\band\s+chain\b", text))
            self.plain_aborted = self.ours_aborted = False
            self.written = set()
            return doubtful
        return set()


# ---- comparing --------------------------------------------------------------------------------------------------------------


@dataclass
class Piece:
    """A unit of the input, with what both modes said to it, and what to think of it."""

    test: str
    unit: Unit
    plain: list[str]
    ours: list[str]
    kind: str = IDENTICAL
    why: str = ""

    def show(self) -> str:
        head = f"---- {self.test}.sql:{self.unit.number}: {self.kind}: {self.why}"
        return "\n".join([head, *self.unit.lines, "<<<< plain", *self.plain, ">>>> ours", *self.ours])


class File:
    """Compares what two modes said to one file."""

    def __init__(self, test: str, mode: str, names: Names, logged: dict[str, list[re.Match]]) -> None:
        self.test = test
        self.is_strict = mode == "strict"
        self.names = names
        self.logged = logged
        self.session = Session()
        self.differs: set[str] = set()
        self.pieces: list[Piece] = []

    def compare(self, units: list[Unit], plain: str, ours: str) -> list[Piece]:
        said_plain, said_ours = align(units, plain), align(units, ours)
        for unit, one, other in zip([Unit([], [], [], 0), *units], said_plain, said_ours, strict=True):
            if one is not None and other is not None:
                piece = Piece(self.test, unit, one, other)
                self.judge(piece)
                self.pieces.append(piece)
            elif one is not other:
                self.pieces.append(Piece(self.test, unit, one or [], other or [], UNEXPLAINED, "read in one mode only"))
        return self.pieces

    def judge(self, piece: Piece) -> None:
        unit, session = piece.unit, self.session
        plain, ours = Said(piece.plain), Said(piece.ours)
        subject: set[str] = set().union(*map(self.names.subject, unit.statements))
        written: set[str] = set().union(*map(self.names.written, unit.statements))
        named = self.names.all(unit.text)
        aborted = session.plain_aborted, session.ours_aborted
        doubtful: set[str] = set().union(*map(session.step, unit.statements))
        session.written |= written if session.is_open else set()

        left_behind: set[str] = set()
        if piece.plain != piece.ours:
            piece.kind, piece.why, left_behind = self.explain(unit, plain, ours, named, written, aborted)
        if session.is_open:
            session.plain_aborted |= bool(plain.errors())
            session.ours_aborted |= bool(ours.errors())

        if (named - subject) & self.differs or (piece.kind == FOLLOWS and named & self.differs):
            left_behind |= written
        elif piece.kind == IDENTICAL and not plain.errors() and all(map(makes_anew, unit.statements)):
            self.differs -= subject
        self.differs |= left_behind | doubtful

    def explain(
        self, unit: Unit, plain: Said, ours: Said, named: set[str], written: set[str], aborted: tuple[bool, bool]
    ) -> tuple[str, str, set[str]]:
        """The kind of a difference, why, and what it leaves in another state."""
        if aborted[0] != aborted[1]:
            if (plain if aborted[0] else ours).is_refused():
                return FOLLOWS, "refused in an aborted transaction", set()
            if not self.session.is_open:
                return FOLLOWS, "the end of a transaction that one of them has aborted", set()
        if found := self.direct(unit, plain, ours, written) or self.added(plain, ours, written):
            return found
        for test, statement, answer, reason in KNOWN:
            if test == self.test and statement in unit.text and answer in "\n".join(ours.lines):
                return KNOWN_KIND, reason, set()

        differing = Counter(plain.lines)
        differing.subtract(ours.lines)
        shared = (named | self.names.all("\n".join(line for line, count in differing.items() if count))) & self.differs
        if shared and not self.fails_otherwise(plain, ours):
            return FOLLOWS, "shares " + ", ".join(sorted(shared)[:5]), written
        if any(piece.kind != IDENTICAL for piece in self.pieces) and re.search(r":'?(ERROR|SQLSTATE|LAST_ERROR\w+)\b", unit.text):
            return FOLLOWS, "asks for the last error", set()
        return UNEXPLAINED, "", written

    @staticmethod
    def fails_otherwise(plain: Said, ours: Said) -> bool:
        return bool(plain.errors()) and any(kind_of(message.guarded) == "failed" for message in ours.guards())

    def direct(self, unit: Unit, plain: Said, ours: Said, written: set[str]) -> tuple[str, str, set[str]] | None:
        kept = {error.text for error in ours.errors()}
        lost = [error for error in plain.errors() if error.text not in kept]
        guards = [message.guarded for message in ours.guards() if kind_of(message.guarded) != "applied"]
        if not guards and lost and self.session.is_muted:
            guards = [guard for statement in unit.statements for guard in self.logged.get(one_line(statement), ())]
        if not guards or not plain.errors():
            return None
        for message in ours.guards():
            if message.guarded[1] == "failed" and not any(says_all_of(error, message) for error in plain.errors()):
                return None

        what = kind_of(guards[0])
        if what == "no_change" and guards[0][4] in {error.text for error in lost}:
            # The server's own undefined_* error.
            what = "missing"
        why = "failed" if what == "failed" else f"{what} {guards[0][2]} | {(lost or plain.errors())[0].text}"
        rest = ours.without(ours.guards())
        several = len(unit.statements) > 1 or any("," in outside_brackets(plain_text(part)) for part in unit.statements)
        if lost and rest == plain.without(lost):
            return DIRECT, why, written if several else set()
        if self.is_strict and not lost and rest == plain.lines:
            return DIRECT, why + " (and the error)", set()
        calls = any(first_word(statement) not in DDL for statement in unit.statements)
        said_before = plain.without(lost)
        if lost and calls and rest[: len(said_before)] == said_before:
            return DIRECT, why + " (and it went on)", written | self.names.all(unit.text)
        return None

    def added(self, plain: Said, ours: Said, written: set[str]) -> tuple[str, str, set[str]] | None:
        skipping = [message for message in plain.messages() if message.is_skipping]
        guards = [message.guarded for message in ours.guards()]
        kinds = {kind_of(guard) for guard in guards}
        what = f"{'/'.join(sorted(kinds))} {guards[0][2]}" if guards else ""
        if guards and ours.without(ours.guards()) in (plain.without(skipping), plain.lines):
            if kinds in ({"no_change"}, {"applied"}):
                return ADDED, what, set()
            if not skipping and kinds <= {"no_change", "exists"}:
                return ADDED, what + " (equal)", written
            if skipping and kinds <= {"no_change", "exists", "missing", "conflict"}:
                return ADDED, what + " (skipping)", set()
        raised = [error for error in ours.errors() if OWN_CONFLICT.search(error.text)]
        if self.is_strict and skipping and not plain.errors() and raised and len(raised) == len(ours.errors()):
            return ADDED, "conflict raised (skipping)", set()
        return None


def makes_anew(statement: str) -> bool:
    text = plain_text(statement)
    return bool(re.match(r"create\b(?!\s+or\s+replace)(?!.*\bif\s+not\s+exists\b)|drop\b", text, re.I | re.DOTALL))


def one_line(statement: str) -> str:
    return " ".join(plain_text(statement).split())


# ---- the server's log -------------------------------------------------------------------------------------------------------

LOGGED = re.compile(r"(?:pg_regress/)?(\S*) ([0-9A-Z]{5}) (LOG|NOTICE|WARNING|ERROR|FATAL|PANIC|STATEMENT):  (.*)")
CRASH = re.compile(r"TRAP:|PANIC:|terminated by signal|server process .* exited with exit code")
LEAK = re.compile(
    r"leak(?!proof)|was not closed|still (active|referenced|pinned)|AbortTransaction while|left non-empty|you don't own a lock"
)


class Log:
    """The server's log of a mode."""

    def __init__(self, path: Path) -> None:
        self.lines = read(path).split("\n")
        self.crashes = [line for line in self.lines if CRASH.search(line)]
        self.leaks: Counter[str] = Counter()
        self.internal: Counter[str] = Counter()
        for match in filter(None, map(LOGGED.match, self.lines)):
            test, sqlstate, severity, text = match.groups()
            if severity == "WARNING" and LEAK.search(text) and not GUARDED.match(text):
                self.leaks[f"{test}: {text}"] += 1
            if severity in ("ERROR", "FATAL", "PANIC") and sqlstate.startswith("XX"):
                self.internal[f"{test}: {sqlstate} {text}"] += 1

    def guarded(self) -> dict[str, dict[str, list[re.Match]]]:
        """By file and statement, what was announced, whether the client was told or not."""
        found: dict[str, dict[str, list[re.Match]]] = defaultdict(lambda: defaultdict(list))
        last: dict[str, re.Match] = {}
        for index, line in enumerate(self.lines):
            match = LOGGED.match(line)
            if match and match[3] in ("NOTICE", "WARNING"):
                last[match[1]] = GUARDED.match(match[4])
            elif match and match[3] == "STATEMENT" and (guard := last.pop(match[1], None)):
                statement = [match[4]]
                for following in self.lines[index + 1 :]:
                    if not following.startswith("\t"):
                        break
                    statement.append(following)
                found[match[1]][one_line("\n".join(statement))].append(guard)
        return found


# ---- what is left at the end ------------------------------------------------------------------------------------------------


def objects(dump: str) -> Counter[tuple[str, str]]:
    """The entries of a dump, by name; the dump's own beginning has none."""
    entries = re.split(r"^-- Name: (.*?); Type: ", dump, flags=re.M)
    return Counter(zip(entries[1::2], entries[2::2], strict=True)) + Counter({("", entries[0]): 1})


# ---- the whole of it --------------------------------------------------------------------------------------------------------


def read(path: Path) -> str:
    return path.read_bytes().decode(errors="surrogateescape")


def schedule(path: Path) -> list[str]:
    tests = [test for line in read(path).split("\n") if line.startswith("test:") for test in line.split()[1:]]
    if len(tests) < 200 or len(set(tests)) != len(tests):
        sys.exit(f"{path} names {len(tests)} tests")
    return tests


def unread(pieces: list[Piece], units: list[Unit]) -> list[Unit]:
    """What psql has not read in either mode, though it did not quit: a file that was left before its end."""
    if any(re.match(r"\s*\\q(uit)?\b", piece.unit.text) for piece in pieces):
        return []
    read = {id(piece.unit) for piece in pieces}
    # What \echo -n says has no end of line, so the next echo does not begin one.
    joined = {id(after) for before, after in pairwise(units) if before.text.startswith(r"\echo -n")}
    return [unit for unit in units if id(unit) not in read | joined]


def main(mode: str, suite: Path, kept: Path, wanted: str = "") -> int:
    tests = schedule(suite / "parallel_schedule")
    names = Names(suite / "../../include/parser/kwlist.h")
    driver = read(kept / mode / "driver.log")
    plain_log, log = Log(kept / "plain/server.log"), Log(kept / mode / "server.log")
    logged = log.guarded()
    total: Counter[str] = Counter()
    same_errors = failed = 0
    kinds: Counter[str] = Counter()
    pieces_of: dict[str, list[Piece]] = defaultdict(list)
    for test in tests:
        problems = []
        units = Reader(read(suite / f"sql/{test}.sql")).units()
        paths = [kept / folder / f"results/{test}.out" for folder in ("plain", mode)]
        if not all(path.exists() for path in paths):
            problems, pieces = ["it was not run"], []
        else:
            plain, ours = map(read, paths)
            pieces = File(test, mode, names, logged[test]).compare(units, plain, ours)
            if missing := unread(pieces, units):
                problems.append(f"it was left before its end: line {missing[0].number} was not read")
            if not re.search(rf"^(not )?ok \d+ +[-+] {re.escape(test)} ", driver, re.M):
                problems.append("the driver does not say how it ended")
            if len(CLOSED.findall(ours)) > (0 if mode == "plain" else len(CLOSED.findall(plain))):
                problems.append("a connection was lost")
            if mode in ("plain", "off") and plain != ours:
                problems.append("the results are not the same, byte for byte")
        for piece in pieces:
            total[piece.kind] += 1
            pieces_of[piece.kind].append(piece)
            if piece.kind in (DIRECT, ADDED):
                kinds[f"{piece.kind}: {piece.why.split(' | ')[0]}"] += 1
            elif piece.kind == UNEXPLAINED:
                problems.append(piece.show())
            same_errors += piece.kind == IDENTICAL and any(HEADER.match(line) and "ERROR:  " in line for line in piece.ours)
        if problems:
            failed += 1
            print(f"{test} ({mode}):", *problems, sep="\n")

    others = (log.leaks - plain_log.leaks) + (log.internal - plain_log.internal)
    problems = [*log.crashes, *(f"not in plain's log: {line}" for line in others)]
    if problems:
        failed += 1
        print(f"the server's log ({mode}):", *problems, sep="\n")
    left, expected = objects(read(kept / mode / "schema.sql")), objects(read(kept / "plain/schema.sql"))
    differing = [*(expected - left), *(left - expected)]
    if differing := [entry for entry in differing if mode == "off" or entry[0] not in LEFT_OUT]:
        failed += 1
        print(f"left in another state ({mode}):", *map("; ".join, differing), sep="\n")
    if mode == "plain":
        for line in re.findall(r"^not ok .*", driver, re.M):
            print("differs from PostgreSQL's expected file on this machine:", line)
    else:
        for kind in (FOLLOWS, KNOWN_KIND):
            for piece in pieces_of[kind]:
                print(f"{kind}: {piece.test}.sql:{piece.unit.number}: {piece.why}")
        print(*(f"{count:5} {kind}" for kind, count in sorted(kinds.items())), sep="\n")
    for piece in pieces_of[wanted]:
        print(piece.show())
    header = ["mode", "files", "pieces", *KINDS, "same errors"]
    row = [mode, str(len(tests)), str(sum(total.values())), *(str(total[kind]) for kind in KINDS), str(same_errors)]
    for cells in (header, ["---"] * len(header), row):
        print("| " + " | ".join(cells) + " |")
    # The server's log and what is left count as two tests more.
    print(f"{len(tests) + 2 - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="surrogateescape")
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), *sys.argv[4:5]))
