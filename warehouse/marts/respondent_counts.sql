-- Return the employees who answered, per wave and organisation.
-- Grain: one row per wave_id, organisation_id.
-- Scope: every landed row of side 'employee', answered or not: who took part never depends on how.
-- Known limits: none.
select
    wave_id,
    organisation_id,
    cast(count(*) as bigint) as respondent_count
from respondent
where side = 'employee'
group by wave_id, organisation_id
order by wave_id nulls last, organisation_id nulls last
