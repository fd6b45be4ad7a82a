"""The figures of a page as CSV, with their source, and as a workbook that recomputes them."""

from __future__ import annotations

import csv
import io

from flask import Response, request
from werkzeug.exceptions import NotFound

from dashboard.access.gate import current_scope
from dashboard.application import RegiespiegelDash
from dashboard.check_file import check_file
from dashboard.context import Context
from dashboard.pages.behind import BEHIND
from dashboard.pages.catalogue import build_page
from dashboard.pages.model import Page, View
from dashboard.pages.source import source_lines
from dashboard.state import PATHS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def page_csv(view: View, page: Page) -> str:
    """Return every table of a page, each under its caption, below finding and source.

    Dutch spreadsheets read a semicolon beside a decimal comma.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if view.state.language == "nl" else ",")
    writer.writerows([[safe(line)] for line in (page.finding, *source_lines(view))])
    for table in (section.table for section in page.sections):
        if table is not None:
            writer.writerows([[], [safe(table.caption)]])
            writer.writerows([[safe(cell) for cell in row] for row in (table.columns, *table.rows)])
    return text.getvalue()


def register(app: RegiespiegelDash, context: Context) -> None:
    """Add the route of the downloads."""

    @app.server.get("/download/<name>.csv")
    def download(name: str) -> Response:
        if name not in PATHS:
            raise NotFound
        view = context.view(PATHS[name], request.query_string.decode(), current_scope())
        content = "\ufeff" + page_csv(view, build_page(view))
        file = f"regiespiegel-{name}-{view.state.wave_id}.csv"
        disposition = {"Content-Disposition": f'attachment; filename="{file}"'}
        return Response(content, mimetype="text/csv; charset=utf-8", headers=disposition)

    @app.server.get("/download/<name>-check.xlsx")
    def check(name: str) -> Response:
        if name not in BEHIND:
            raise NotFound
        view = context.view(PATHS[name], request.query_string.decode(), current_scope())
        file = f"regiespiegel-{name}-{view.state.wave_id}-check.xlsx"
        disposition = {"Content-Disposition": f'attachment; filename="{file}"'}
        return Response(check_file(view), mimetype=XLSX, headers=disposition)
