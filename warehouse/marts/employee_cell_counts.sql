-- Return how many employees of an organisation and cell gave each answer.
-- Grain: one row per wave_id, organisation_id, item_id, cell_code, answer.
-- Scope: answers on the item's scale. A cell is a combination of attributes: the sum of each
--   attribute's answer times its place value, 0 for an attribute that was not answered.
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
    answer.wave_id,
    answer.organisation_id,
    answer.item_id,
    answer.answer,
    coalesce(cell.cell_code, 0) as cell_code,
    cast(count(*) as bigint) as answer_count
from answer
inner join measured_item
    on answer.wave_id = measured_item.wave_id and answer.item_id = measured_item.item_id
left join cell
    on answer.wave_id = cell.wave_id and answer.respondent_key = cell.respondent_key
where
    answer.side = 'employee'
    and answer.answer between measured_item.lowest and measured_item.highest
group by
    answer.wave_id,
    answer.organisation_id,
    answer.item_id,
    answer.answer,
    coalesce(cell.cell_code, 0)
order by
    answer.wave_id nulls last,
    answer.organisation_id nulls last,
    answer.item_id nulls last,
    cell_code nulls last,
    answer.answer nulls last
