"""backup: a Kho's rows and bytes go out into a folder, a folder comes back as a Kho. Never changes what it copies.

    DIR/
      objects/ab/cd/<sha256>   bytes, each written once, shared by all generations
      20261126T041502Z/        a generation: what the Kho was at one moment
        SHA256SUMS             of every other file here, as `sha256sum -c` reads it
        manifest.json          counts, migrations, head of the ledger
        tables/*.jsonl.gz      rows, a table each, one JSON object per line: no database's own format
        objects.jsonl.gz       what the rows name, in the order of its digest
        trust/                 certificates, public
        keys/                  private keys, only when asked for
      *.part                   a generation that was interrupted; the next backup clears it away

Rows first, bytes second: the rows are read in one snapshot of the database, then every object they name is copied.
Objects are written once, so what the snapshot names cannot have changed; what the housekeeping would let go of waits
while a backup holds the job of that name.
"""
