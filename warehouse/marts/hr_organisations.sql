-- Return the organisations with at least one hr representative.
-- Grain: one row per wave_id, organisation_id.
-- Scope: every landed row of side 'hr'.
-- Known limits: none.
select
    wave_id,
    organisation_id,
    cast(count(*) as bigint) as representative_count
from respondent
where side = 'hr'
group by wave_id, organisation_id
order by wave_id nulls last, organisation_id nulls last
