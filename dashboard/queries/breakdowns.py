"""Categories of people, such as age groups: which there are, and how they differ."""

from __future__ import annotations

import duckdb

from dashboard.grouped import Row
from dashboard.queries.described import DescribedRows


class BreakdownRows(DescribedRows):
    """Of the sector and of groups of size bands; an organisation has no categories."""

    @property
    def categories(self) -> tuple[Row, ...]:
        """Return the categories of the published breakdown at this wave, in their order.

        Shape: keys breakdown_id, category_id, position (from 1) and the label of the export.
        """
        query = """select substr(s.group_kind, 8) as breakdown_id, s.group_id as category_id,
                min(a.text) as label, row_number() over (order by min(k.position)) as position
            from (select distinct group_kind, group_id from score
                where wave_id = ? and group_kind like 'sector!_%' escape '!') s
            join scale_code k on k.instrument_id = ? and k.meaning = 'category'
                and k.text = s.group_id
            left join scale_code a on a.instrument_id = k.instrument_id
                and a.scale_id = k.scale_id and a.meaning = 'answer' and a.code = k.code
            group by s.group_kind, s.group_id order by position"""
        try:
            return self.snapshot.rows(query, self.wave_id, self.wave["instrument_id"])
        except duckdb.CatalogException:  # a release from before the codebook was published
            return ()

    def category_group(self, breakdown: str, band: str | None) -> str | None:
        """Return the group of bands around a band of which most categories are published."""
        query = """select split_part(group_id, '|', 1) as group_id, count(*) as many from score
            where wave_id = ? and group_kind = ? and status = 'published' group by 1
            order by many desc, length(split_part(group_id, '|', 1)), 1"""
        rows = self.snapshot.rows(query, self.wave_id, f"size_band_{breakdown}")
        found = (str(row["group_id"]) for row in rows if band in self.bands_of(row["group_id"]))
        return next(found, None)

    @property
    def category_differences(self) -> tuple[Row, ...]:
        """Return the sector's differences between categories of people, in the order of both.

        Shape: rows of the table with `label`, what the questionnaire calls the category, and
        `breakdown_id`.
        """
        query = """select d.*, substr(d.group_kind, 8) as breakdown_id, a.text as label
            from category_difference d
            join item i using (item_id)
            join scale_code k on k.instrument_id = ? and k.meaning = 'category'
                and k.text = d.group_id
            left join scale_code a on a.instrument_id = k.instrument_id
                and a.scale_id = k.scale_id and a.meaning = 'answer' and a.code = k.code
            where d.wave_id = ? and d.side = 'employee' and d.status = 'published'
                and d.group_kind like 'sector!_%' escape '!'
            order by i.position, k.position"""
        return self.held(query, self.wave["instrument_id"], self.wave_id)
