"""The figures of a view as a file: the same tables the screen shows, for the same scope."""

from __future__ import annotations

import csv
import io

from dashboard.pages.model import Page, View

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: str) -> str:
    """Return a cell that a spreadsheet does not run as a formula."""
    return "'" + cell if cell.startswith(FORMULA) else cell


def page_csv(page: Page, view: View) -> str:
    """Return a page's tables as CSV with their captions and the source, semicolons in Dutch."""
    out = io.StringIO()
    write = csv.writer(out, delimiter=";" if view.say.language == "nl" else ",").writerow
    write([harmless(page.finding)])
    write([harmless(page.context)])
    if view.reader.release["is_synthetic"]:
        write([harmless(view.say("synthetic"))])
    for section in page.sections:
        if section.table is None:
            continue
        write([])
        write([harmless(section.table.caption)])
        write([harmless(cell) for cell in section.table.columns])
        for row in section.table.rows:
            write([harmless(cell) for cell in row])
    write([])
    write(["release", view.reader.release["release_id"]])
    return "\ufeff" + out.getvalue()
