enum PythonTemplates: CodeTemplates {
  static func module(_ aspect: Feature.Aspect) -> String {
    switch aspect {
    case .parser: parser
    case .planner: planner
    case .store: store
    case .report: report
    case .client: client
    }
  }

  static let parser = """
    \"\"\"Reads $n records as the port authority sends them.\"\"\"

    from dataclasses import dataclass
    from decimal import Decimal, InvalidOperation

    MAX_$A_$k = $k


    @dataclass(frozen=True)
    class $NRecord:
        $a: str
        $b: Decimal
        note: str = ""


    class $NFormatError(ValueError):
        def __init__(self, line_number: int, reason: str) -> None:
            super().__init__(f"$n line {line_number}: {reason}")
            self.line_number = line_number


    def parse_$n_line(line: str, line_number: int) -> $NRecord:
        columns = [column.strip() for column in line.split(";")]
        if len(columns) < 2:
            raise $NFormatError(line_number, "expected $a and $b")
        $a = columns[0].casefold()
        if len($a) > MAX_$A_$k:
            raise $NFormatError(line_number, f"$a is longer than {MAX_$A_$k}")
        try:
            $b = Decimal(columns[1].replace(",", "."))
        except InvalidOperation as error:
            raise $NFormatError(line_number, f"$b {columns[1]!r} is not a number") from error
        return $NRecord($a=$a, $b=$b, note=" ".join(columns[2:]))


    def parse_$n_file(text: str) -> list[$NRecord]:
        numbered = enumerate(text.splitlines(), start=1)
        return [parse_$n_line(line, number) for number, line in numbered if line and line[0] != "#"]
    """

  static let planner = """
    \"\"\"Plans $n slots so that no two share a $a.\"\"\"

    from collections import deque
    from typing import Iterable, NamedTuple

    DEFAULT_$B_LIMIT = $k


    class $NSlot(NamedTuple):
        $a: int
        $b: int
        label: str


    def $n_slots_overlap(left: $NSlot, right: $NSlot) -> bool:
        return left.$a < right.$a + right.$b and right.$a < left.$a + left.$b


    def plan_$n_slots(requests: Iterable[$NSlot], limit: int = DEFAULT_$B_LIMIT) -> list[$NSlot]:
        waiting = deque(sorted(requests, key=lambda slot: (slot.$a, -slot.$b)))
        planned: list[$NSlot] = []
        while waiting and len(planned) < limit:
            candidate = waiting.popleft()
            clashes = [slot for slot in planned if $n_slots_overlap(slot, candidate)]
            if not clashes:
                planned.append(candidate)
                continue
            delayed_$a = max(slot.$a + slot.$b for slot in clashes)
            waiting.append(candidate._replace($a=delayed_$a))
        return sorted(planned)


    def idle_$n_minutes(planned: list[$NSlot]) -> int:
        pairs = zip(planned, planned[1:])
        return sum(max(0, later.$a - (earlier.$a + earlier.$b)) for earlier, later in pairs)
    """

  static let store = """
    \"\"\"Keeps $n rows in SQLite; writes are idempotent by $a.\"\"\"

    import sqlite3
    from contextlib import closing

    $N_SCHEMA = \"\"\"
    CREATE TABLE IF NOT EXISTS $n_rows (
        $a TEXT PRIMARY KEY,
        $b INTEGER NOT NULL CHECK ($b >= 0),
        seen_at INTEGER NOT NULL DEFAULT $k
    )
    \"\"\"


    class $NStore:
        def __init__(self, path: str) -> None:
            self._$n_connection = sqlite3.connect(path)
            self._$n_connection.execute($N_SCHEMA)

        def save_$n(self, $a: str, $b: int) -> None:
            with self._$n_connection as connection:
                connection.execute(
                    "INSERT INTO $n_rows ($a, $b) VALUES (?, ?) "
                    "ON CONFLICT ($a) DO UPDATE SET $b = excluded.$b",
                    ($a, $b),
                )

        def load_$n(self, $a: str) -> int | None:
            query = "SELECT $b FROM $n_rows WHERE $a = ?"
            with closing(self._$n_connection.execute(query, ($a,))) as cursor:
                row = cursor.fetchone()
            return row[0] if row else None

        def heaviest_$n_rows(self, count: int = $k) -> list[tuple[str, int]]:
            query = "SELECT $a, $b FROM $n_rows ORDER BY $b DESC LIMIT ?"
            return list(self._$n_connection.execute(query, (count,)))
    """

  static let report = """
    \"\"\"Writes the weekly $n report as plain text.\"\"\"

    from collections import defaultdict
    from statistics import median

    $N_COLUMN_WIDTH = $k % 40 + 12


    def group_$n_by_$a(rows: list[dict]) -> dict[str, list[int]]:
        groups: dict[str, list[int]] = defaultdict(list)
        for row in rows:
            groups[row["$a"]].append(int(row["$b"]))
        return dict(groups)


    def $n_report_line(name: str, values: list[int]) -> str:
        middle = median(values) if values else 0
        return f"{name:<{$N_COLUMN_WIDTH}} {len(values):>6} {sum(values):>10} {middle:>10.1f}"


    def write_$n_report(rows: list[dict]) -> str:
        header = f"{'$a':<{$N_COLUMN_WIDTH}} {'rows':>6} {'$b':>10} {'median':>10}"
        groups = group_$n_by_$a(rows)
        ordered = sorted(groups.items(), key=lambda item: -sum(item[1]))
        lines = [header, "-" * len(header)]
        lines += [$n_report_line(name, values) for name, values in ordered[:$k]]
        return "\\n".join(lines)
    """

  static let client = """
    \"\"\"Talks to the $n service; retries what may be retried.\"\"\"

    import json
    import time
    import urllib.error
    import urllib.request

    $N_RETRY_AFTER_SECONDS = (0.2, 0.8, $k / 100)


    class $NServiceError(RuntimeError):
        pass


    def fetch_$n_page(base_url: str, $a: str, page: int) -> dict:
        address = f"{base_url}/$n?$a={$a}&page={page}"
        for pause in (*$N_RETRY_AFTER_SECONDS, None):
            try:
                with urllib.request.urlopen(address, timeout=10) as response:
                    return json.load(response)
            except urllib.error.HTTPError as error:
                if error.code < 500 or pause is None:
                    raise $NServiceError(f"$n service said {error.code} for $a {$a!r}") from error
                time.sleep(pause)
        raise $NServiceError(f"no answer about $n with $a {$a!r}")


    def all_$n_items(base_url: str, $a: str) -> list[dict]:
        items: list[dict] = []
        for page in range(1, $k):
            answer = fetch_$n_page(base_url, $a, page)
            items += answer["$b"]
            if not answer.get("next_$n_page"):
                break
        return items
    """

  static let additions = [
    """


    def validate_$n_$a($a: str, known_$a: set[str]) -> list[str]:
        problems = []
        if not $a.strip():
            problems.append("$n has no $a")
        if $a not in known_$a:
            problems.append(f"$n $a {$a!r} is not one of the {len(known_$a)} known")
        return problems
    """,
    """


    def merge_$n_$b(left: dict, right: dict) -> dict:
        merged_$n = dict(left)
        for key, value in right.items():
            merged_$n[key] = max(merged_$n.get(key, 0), value)
        if len(merged_$n) > $k:
            raise OverflowError(f"merged $n has {len(merged_$n)} entries, more than $k")
        return merged_$n
    """,
    """


    def format_$n_$a(value: float, unit: str = "t") -> str:
        if value >= $k:
            return f"{value / $k:.2f} k{unit} $a"
        return f"{value:.1f} {unit} $a of $n"
    """,
  ]

  static let test = """
    from decimal import Decimal

    import pytest

    $N_SAMPLES_$k = [("north", 12), ("south", $k), ("outer", 7)]


    @pytest.mark.parametrize("$a, $b", $N_SAMPLES_$k)
    def test_$n_$a_survives_a_round_trip($a, $b):
        row = {"$a": $a, "$b": $b, "kind": "$n"}
        assert row["$a"] == $a.strip()
        assert Decimal(row["$b"]) >= 0


    def test_$n_$b_is_bounded():
        heaviest_$n = max($b for _, $b in $N_SAMPLES_$k)
        assert heaviest_$n <= $k
    """
}
