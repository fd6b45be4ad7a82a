-- Return how many employees of an organisation gave each answer.
-- Grain: one row per wave_id, organisation_id, item_id, answer.
-- Scope: answers on the item's scale, in steps; codes such as "not offered" are left out.
-- Known limits: private; an organisation here can be one person.
select
    answer.wave_id,
    answer.organisation_id,
    answer.item_id,
    answer.answer,
    cast(count(*) as bigint) as answer_count
from answer
inner join measured_item
    on answer.wave_id = measured_item.wave_id and answer.item_id = measured_item.item_id
where
    answer.side = 'employee'
    and answer.answer between measured_item.lowest and measured_item.highest
group by answer.wave_id, answer.organisation_id, answer.item_id, answer.answer
order by
    answer.wave_id nulls last,
    answer.organisation_id nulls last,
    answer.item_id nulls last,
    answer.answer nulls last
