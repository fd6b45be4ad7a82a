"""The figures of a wave: scores, benchmarks, gaps, response. An own row passes the scope here."""

from __future__ import annotations

from functools import cached_property

from dashboard.grouped import Row, Rows, first
from dashboard.queries.described import DescribedRows
from dashboard.queries.rows import OWN


class FigureRows(DescribedRows):
    """An organisation's figures are those of the scope's own, and of no other."""

    def score(self, side: str, kind: str, group: str | None, item_id: str) -> Row | None:
        """Return a group's score; an organisation's only when it is the own one."""
        if group is None or (kind == OWN and group != self.scope.organisation_id):
            return None
        return first(self.group_rows("score", kind, group, "side", "item_id"), side, item_id)

    def own_score(self, item_id: str) -> Row | None:
        """Return the own employees' score of an item."""
        return first(self.own_scores, "employee", item_id)

    @cached_property
    def own_scores(self) -> Rows:
        """The scores of the own organisation by side and item; none for staff."""
        own = self.scope.organisation_id
        return {} if own is None else self.own_rows("score", own, self.wave_id, "side", "item_id")

    def benchmark(self, kind: str, group: str | None, item_id: str) -> Row | None:
        """Return the benchmark of a group of organisations."""
        if group is None:
            return None
        rows = self.group_rows("benchmark", kind, group, "side", "item_id")
        return first(rows, "employee", item_id)

    def band_benchmark(self, item_id: str) -> Row | None:
        """Return the benchmark of the own size band."""
        organisation = self.organisation
        band = organisation["size_band_id"] if organisation else None
        group = self.group_of(band, item_id, "employee", "organisations")
        return self.benchmark("size_band", group, item_id)

    def comparisons(self, against: str) -> dict[str, Row]:
        """Return the own organisation against the others, by item."""
        own, rows = self.scope.organisation_id, self.own_comparisons
        if own is None:
            return {}
        return self.snapshot.remember_own(
            own,
            ("compared", self.wave_id, against),
            lambda: {key[2]: rows[key][0] for key in rows if key[:2] == (against, "published")},
        )

    def comparison(self, against: str, item_id: str) -> Row | None:
        """Return the own organisation against the others on an item."""
        return first(self.own_comparisons, against, "published", item_id)

    @cached_property
    def own_comparisons(self) -> Rows:
        """The own organisation against others by whom, status and item; none for staff."""
        own = self.scope.organisation_id
        if own is None:
            return {}
        return self.own_rows("comparison", own, self.wave_id, "against", "status", "item_id")

    def gaps(self, kind: str, group: str | None) -> dict[str, Row]:
        """Return the gaps of a group by item; an organisation's only when it is the own one."""
        if group is None or (kind == OWN and group != self.scope.organisation_id):
            return {}
        rows = self.group_rows("gap", kind, group, "status").get(("published",), ())
        return {row["item_id"]: row for row in rows}

    def side_of_gap(self, row: Row, side: str) -> Row | None:
        """Return the published score behind a side of a gap, None where there is none."""
        kind, group = row["group_kind"], row["group_id"]
        if side == "hr" and kind == OWN:
            kind, group = "size_band", row["hr_group_id"]
        score = self.score(side, kind, group, row["item_id"])
        return score if score is not None and score["status"] == "published" else None

    def band_gaps(self) -> dict[str, Row]:
        """Return the gaps of the own size band by item; an item may go with a neighbouring band."""
        organisation = self.organisation
        return self.gaps_of_band(organisation["size_band_id"] if organisation else None)

    def gaps_of_band(self, band: str | None) -> dict[str, Row]:
        """Return the gaps of a size band by item, nothing for no band."""
        if band is None:
            return {}
        query = "select * from gap where wave_id = ? and group_kind = 'size_band'"
        rows = self.snapshot.rows(query + " order by length(group_id) desc", self.wave_id)
        # Narrower groups come last and so win: the band alone where it stands alone.
        return self.snapshot.remember(
            ("band gaps", self.wave_id, band),
            lambda: {
                row["item_id"]: row
                for row in rows
                if row["status"] == "published" and band in self.bands_of(row["group_id"])
            },
        )

    def agreement(self, band: str | None) -> Row | None:
        """Return whether both sides name the same most: in the group of a band, else the sector.

        Only where every option that both were asked is published of both.
        """
        query = """select * from order_agreement where wave_id = ? and status = 'published'
            and item_count = asked_count order by length(group_id)"""
        rows = self.held(query, self.wave_id)
        here = [r for r in rows if band is not None and band in self.bands_of(r["group_id"])]
        sector = [row for row in rows if row["group_kind"] == "sector"]
        return next(iter([*here, *sector]), None)

    def organisation_scores(self, item_id: str) -> tuple[Row, ...]:
        """Return the published scores of the organisations whose rows the scope may see.

        Shape: keys organisation_id, name, size_band_id, headcount, respondent_count, value, ci_low
        and ci_high. All published ones for staff, the own one for a director; nothing of one
        that is withheld, to anybody.
        """
        query = """select o.organisation_id, o.name, o.size_band_id, o.headcount,
                s.respondent_count, s.value, s.ci_low, s.ci_high
            from score s join organisation o on o.wave_id = s.wave_id
                and o.organisation_id = s.group_id
            where s.wave_id = ? and s.side = 'employee' and s.group_kind = 'organisation'
                and s.item_id = ? and s.status = 'published' order by o.organisation_id"""
        rows, shown = self.snapshot.rows(query, self.wave_id, item_id), self.scope.shown
        if shown is None:
            return rows
        return tuple(row for row in rows if row["organisation_id"] in shown)

    def response(self, kind: str, group: str | None) -> Row | None:
        """Return a group's response; an organisation's only when it is the own one."""
        if group is None or (kind == OWN and group != self.scope.organisation_id):
            return None
        return first(self.group_rows("response", kind, group))

    def indicative(self, score: Row | None) -> str | None:
        """Return why a score is indicative, None where it is not, or is no published one."""
        if score is None or score["status"] != "published":
            return None
        keys = ("wave_id", "side", "group_kind", "group_id", "item_id")
        rows = self.by_keys("indicative_score", "true", (), keys)
        row = first(rows, *(score[name] for name in keys))
        return None if row is None else str(row["reason"])

    def gradient(self, item_id: str) -> Row | None:
        """Return the slope of an item over organisation size."""
        query = """select * from size_gradient where wave_id = ? and side = 'employee'
            and item_id = ? and status = 'published'"""
        return self.one(query, self.wave_id, item_id)

    def precision(self, item_id: str) -> Row | None:
        """Return what the sector's mean of an item stands on, None where it is hidden."""
        query = """select * from sector_precision where wave_id = ? and item_id = ?
            and side = 'employee' and status = 'published'"""
        rows = self.held(query, self.wave_id, item_id)
        return rows[0] if rows else None

    def sensitivity(self, item_id: str) -> Row | None:
        """Return what a grade is without careless answers, None where that is hidden."""
        query = """select * from sensitivity where wave_id = ? and item_id = ?
            and side = 'employee' and status = 'published'"""
        rows = self.held(query, self.wave_id, item_id)
        return rows[0] if rows else None
