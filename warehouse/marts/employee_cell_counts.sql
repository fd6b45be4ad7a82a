-- Return how many employees of an organisation and cell took part, and how many gave each answer.
-- Grain: one row per wave_id, organisation_id, item_id, cell_code, answer.
-- Scope: answers on the item's scale; item 'participation' has answer 0 of every landed employee,
--   whatever was answered. A cell is a combination of attributes: the sum of each attribute's
--   answer times its place value, 0 for an attribute that was not answered.
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
),

given as (
    select answer.wave_id, answer.organisation_id, answer.respondent_key, answer.item_id, answer.answer
    from answer
    inner join measured_item
        on answer.wave_id = measured_item.wave_id and answer.item_id = measured_item.item_id
    where
        answer.side = 'employee'
        and answer.answer between measured_item.lowest and measured_item.highest
    union all
    select wave_id, organisation_id, respondent_key, 'participation' as item_id, 0 as answer
    from respondent
    where side = 'employee'
)

select
    given.wave_id,
    given.organisation_id,
    given.item_id,
    given.answer,
    coalesce(cell.cell_code, 0) as cell_code,
    cast(count(*) as bigint) as answer_count
from given
left join cell
    on given.wave_id = cell.wave_id and given.respondent_key = cell.respondent_key
group by
    given.wave_id, given.organisation_id, given.item_id, given.answer, coalesce(cell.cell_code, 0)
order by
    given.wave_id nulls last,
    given.organisation_id nulls last,
    given.item_id nulls last,
    cell_code nulls last,
    given.answer nulls last
