"""What the journal costs: guarded.journal off, unfinished and all, side by side."""

import statistics

from measure import WARM_UP, Database, Ratios, Sizes, Targets, micros, print_table, samples

EXTENTS = ("off", "unfinished", "all")

# The body of a loop over i, and what its outcomes are. What is applied is so on the table t<i>.
CHANGES = {
    "ADD COLUMN": ("EXECUTE format('ALTER TABLE t%s ADD COLUMN x int', i);", "applied"),
    "CREATE INDEX": ("EXECUTE format('CREATE INDEX x%s ON t%s (v)', i, i);", "applied"),
    "CREATE TABLE": ("EXECUTE format('CREATE TABLE x%s (id bigint PRIMARY KEY, v text)', i);", "applied"),
    "there already": ("EXECUTE format('ALTER TABLE t%s ADD COLUMN v int', i);", "skipped"),
    "table missing": ("EXECUTE format('ALTER TABLE missing ADD COLUMN x%s int', i);", "skipped"),
}
LABELS = {
    "ADD COLUMN": "`ADD COLUMN`, applied",
    "CREATE INDEX": "`CREATE INDEX`, applied",
    "CREATE TABLE": "`CREATE TABLE` with a primary key, applied",
    "there already": "`ADD COLUMN` of one that is there, skipped",
    "table missing": "`ADD COLUMN` to a missing table, skipped",
}


def journal(sizes: Sizes) -> Targets:
    found = {}
    with Database("guarded_bench") as database:
        database.create_tables(sizes.tables + WARM_UP, "id int, v int")
        for change, (body, outcome) in CHANGES.items():
            # All are intercepted; in a journal that is not empty what is finished is looked for.
            database.define({f"intercept {extent}": setting(extent) + body for extent in EXTENTS})
            database.execute("SELECT guarded.add_column('nowhere', 'x', 'int')")
            ways = {
                extent: database.way(f"intercept {extent}", sizes.tables, outcome, then=database.vacuum)
                for extent in EXTENTS
            }
            found[change] = samples(ways, sizes.rounds)
    print(f"### The journal: {sizes.tables} statements in one transaction, intercepted, µs each\n")
    head = ["statement", "off", "unfinished", "to off", "all", "to off", "95 % interval of the median"]
    print_table(head, [row(LABELS[change], figures) for change, figures in found.items()])
    return [
        (f"journal all ({change}): at most 1.10 × off", ratio, ratio <= 1.10)
        for change in ("ADD COLUMN", "CREATE INDEX", "CREATE TABLE")
        for ratio in [Ratios(found[change]["all"], found[change]["off"]).median]
    ]


def setting(extent: str) -> str:
    """Once, at the first turn."""
    return f"IF i = first THEN SET guarded.journal = '{extent}'; END IF; "


def row(label: str, figures: dict[str, list[float]]) -> tuple:
    costs = {extent: micros(statistics.median(values)) for extent, values in figures.items()}
    unfinished, everything = (Ratios(figures[extent], figures["off"]) for extent in EXTENTS[1:])
    return (
        label,
        costs["off"],
        costs["unfinished"],
        f"{unfinished.median:.3f} ×",
        costs["all"],
        f"{everything.median:.3f} ×",
        everything.interval(),
    )
