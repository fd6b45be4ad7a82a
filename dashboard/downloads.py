"""What may be taken along: a page as CSV, a workbook that recomputes it, and the sector tables."""

from __future__ import annotations

import csv
import io

from flask import Response, request
from werkzeug.exceptions import NotFound

from dashboard.access.gate import current_scope
from dashboard.application import RegiespiegelDash
from dashboard.context import Context
from dashboard.pages.behind import BEHIND
from dashboard.pages.catalogue import build_page
from dashboard.pages.model import Page, View
from dashboard.pages.source import source_lines
from dashboard.reports.cells import safe
from dashboard.reports.guide import guide_pdf
from dashboard.reports.sector_tables import sector_tables
from dashboard.rounding import seen_by
from dashboard.state import GUIDE, PATHS, SECTOR_TABLES

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
    """Add the routes of the downloads."""

    @app.server.get("/download/<name>.csv")
    def download(name: str) -> Response:
        scope = current_scope()
        if name not in PATHS or not scope.may_open(name):
            raise NotFound
        view = context.view(PATHS[name], request.query_string.decode(), scope)
        content = "\ufeff" + page_csv(view, build_page(view))
        file = f"regiespiegel-{name}-{view.state.wave_id}.csv"
        return attached(content.encode(), "text/csv; charset=utf-8", file)

    @app.server.get("/download/<name>-check.xlsx")
    def check(name: str) -> Response:
        # Read when it is asked for: it brings the statistics and all of scipy.
        from dashboard.check_file import check_file

        scope = current_scope()
        if name not in BEHIND or not scope.may_open(name):
            raise NotFound
        view = context.view(PATHS[name], request.query_string.decode(), scope)
        file = f"regiespiegel-{name}-{view.state.wave_id}-check.xlsx"
        return attached(check_file(view), XLSX, file)

    @app.server.get(GUIDE)
    def guide() -> Response:
        scope = current_scope()
        if scope.organisation_id is None or not scope.may_open("conversation"):
            raise NotFound
        view = context.view(PATHS["conversation"], request.query_string.decode(), scope)
        content = guide_pdf(view, build_page(view))
        return attached(content, "application/pdf", f"goede-gesprek-{view.state.wave_id}.pdf")

    @app.server.get(SECTOR_TABLES)
    def tables() -> Response:
        snapshot = seen_by(current_scope(), context.snapshots.current())
        content = sector_tables(snapshot, context.settings.general)
        return attached(content, "application/zip", f"sectortabellen-{snapshot.release_id}.zip")


def attached(content: bytes, mimetype: str, file: str) -> Response:
    """Return a file that the browser keeps."""
    disposition = {"Content-Disposition": f'attachment; filename="{file}"'}
    return Response(content, mimetype=mimetype, headers=disposition)
