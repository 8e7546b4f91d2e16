"""The published data that entries of the assessment name by their binding, with how to cite them."""

from evaluate.report.parts import Column, Labels, Table


def sources(labels: Labels) -> Table:
    """List the sources with their files, publishers, citations and licences; no rows where none is named."""
    rows = [
        {
            "path": named["path"] or named["entry"],
            "label": labels.picked(named["label"]),
            "publisher": named["publisher"],
            "citation": named["citation"],
            "licence": named["licence"] or labels.say("source_licence_unknown"),
            "note": labels.picked(named.get("note")),
        }
        for named in labels.results.manifest.get("sources", [])
    ]
    columns = (
        Column("path", labels.say("column_file"), "name"),
        Column("label", labels.say("column_source_label")),
        Column("publisher", labels.say("column_publisher")),
        Column("citation", labels.say("column_citation"), width=66),
        Column("licence", labels.say("column_licence"), width=40),
        Column("note", labels.say("column_source_note"), width=66),
    )
    return Table("sources", labels.say("sources_caption"), columns, rows, labels.say("sources_note"))
