"""What `khoso reindex` costs a document, by one process and by several.

    eval "$(path/to/servers)"                                      # as for `make test-services`
    .venv/bin/python bench/reindexing.py [--documents 3000] [--processes 1 2 1 2]

The samples are filed on the servers, in places of their own, and their rows multiplied: each document has its record and its
pages' transcripts to be gathered from PostgreSQL and the bucket. Then the index is made anew as often as told, while nobody asks.
CPU is that of the feeders, the servers' is not in it.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
from own_servers import own_places

ROOT = Path(__file__).resolve().parent.parent
COPIES = """
CREATE TEMP TABLE copies AS
  SELECT d.id AS old, gen_random_uuid() AS id, n FROM warehouse_document d, generate_series(1, {copies}) n
  WHERE d.state IN ('TO_CONFIRM', 'FILED');
INSERT INTO warehouse_document ({document})
  SELECT {values} FROM copies c JOIN warehouse_document o ON o.id = c.old;
INSERT INTO warehouse_datarecord (document_id, {fields})
  SELECT c.id, {fields} FROM copies c JOIN warehouse_datarecord r ON r.document_id = c.old;
INSERT INTO warehouse_rendition (document_id, {rendition})
  SELECT c.id, {rendition} FROM copies c JOIN warehouse_rendition r ON r.document_id = c.old WHERE r.kind = 'transcript';
"""
"""A copy waits for confirmation: only a filed paper has a code, and no two the same."""
OTHER = {
    "id": "c.id",
    "intake_key": "md5(c.id::text) || md5(o.intake_key)",
    "state": "'TO_CONFIRM'",
    "code": "NULL",
    "indexed_version": "0",
}


def main() -> None:
    """File, multiply, build anew."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--documents", type=int, default=3000)
    words.add_argument("--processes", type=int, nargs="+", default=[1, 2, 1, 2])
    asked = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="khoso-reindex-") as home, own_places("reindex") as places:
        os.environ.update(places | {"KHOSO_HOME": home})
        khoso("file", *map(str, sorted((ROOT / "samples").glob("*.pdf"))), check=False)
        pages = multiply(places["KHOSO_DATABASE_URL"], asked.documents)
        print(f"{pages:.1f} pages a document", flush=True)
        for count in asked.processes:
            before, began = _spent(), time.monotonic()
            (told,) = khoso("reindex", "--processes", str(count))
            took, spent = time.monotonic() - began, _spent() - before
            done = told["put"]
            print(
                f"{count} processes: {done} documents in {took:.1f} s, start included: {done / took:.0f}/s,"
                f" {1000 * spent / done:.1f} ms of processor for each",
                flush=True,
            )


def khoso(*words: str, check: bool = True) -> list[dict[str, int]]:
    """What the command says as JSON."""
    done = subprocess.run(
        [sys.executable, "-m", "khoso", "--json", *words], cwd=ROOT, check=check, stdout=subprocess.PIPE, text=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def multiply(url: str, wanted: int) -> float:
    """Copy documents with their records and transcripts; returns the pages each has, on average."""
    with psycopg.connect(url, autocommit=True) as line:
        columns = {
            table: [
                name
                for (name,) in line.execute(
                    "SELECT column_name FROM information_schema.columns WHERE table_name = %s", [f"warehouse_{table}"]
                )
            ]
            for table in ("document", "datarecord", "rendition")
        }
        ((there,),) = line.execute("SELECT count(*) FROM warehouse_document WHERE state IN ('TO_CONFIRM', 'FILED')")
        beside = {
            table: ", ".join(n for n in names if n not in {"id", "document_id"}) for table, names in columns.items()
        }
        statement = COPIES.format(
            document=", ".join(columns["document"]),
            values=", ".join(OTHER.get(name, f"o.{name}") for name in columns["document"]),
            copies=max(1, wanted // there),
            fields=beside["datarecord"],
            rendition=beside["rendition"],
        )
        for part in statement.split(";"):
            if part.strip():
                line.execute(part)  # type: ignore[call-overload]  # names of our own
        line.execute("ANALYZE")
        ((pages,),) = line.execute(
            "SELECT avg(n) FROM (SELECT count(*) n FROM warehouse_rendition WHERE kind = 'transcript' GROUP BY document_id) x"
        )
    return float(pages)


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
