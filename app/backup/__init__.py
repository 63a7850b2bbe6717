"""Backup and restore while everything runs: one format for both databases, so that a restore may also move house.

* `archive`: the file itself: a zip with one member per table and attachment, and a manifest with checksums
* `rows`: how a row is written: PostgreSQL's own text format of COPY, which SQLite's values are turned into and back
* `columns`: what both directions ask a database
* `dump`, `load`: a consistent snapshot into an archive, and an archive into a database
* `epoch`: what has to be different afterwards, so that nothing that happened since the backup happens again
* `cli`: `firstline backup`, `firstline restore`, `firstline release`
"""
