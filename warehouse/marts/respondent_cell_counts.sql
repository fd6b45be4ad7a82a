-- Return how many employees of an organisation and cell took part.
-- Grain: one row per wave_id, organisation_id, cell_code.
-- Scope: every landed row of side 'employee', whatever was answered. Cells as in
--   employee_cell_counts.sql.
-- Known limits: private; a cell is often one person.
with cell as (
    select
        answer.wave_id,
        answer.respondent_key,
        cast(sum(answer.answer * attribute_item.place_value) as bigint) as cell_code
    from answer
    inner join attribute_item
        on answer.wave_id = attribute_item.wave_id and answer.item_id = attribute_item.item_id
    where
        answer.side = 'employee'
        and answer.answer between attribute_item.lowest and attribute_item.highest
    group by answer.wave_id, answer.respondent_key
)

select
    respondent.wave_id,
    respondent.organisation_id,
    coalesce(cell.cell_code, 0) as cell_code,
    cast(count(*) as bigint) as respondent_count
from respondent
left join cell
    on
        respondent.wave_id = cell.wave_id
        and respondent.respondent_key = cell.respondent_key
where respondent.side = 'employee'
group by respondent.wave_id, respondent.organisation_id, coalesce(cell.cell_code, 0)
order by
    respondent.wave_id nulls last,
    respondent.organisation_id nulls last,
    cell_code nulls last
