-- Return how many people of an organisation gave each code of an open answer.
-- Grain: one row per wave_id, side, organisation_id, item_id, grade_class, code.
-- Scope: answers on the item's scale. grade_class is empty, or for an item that is told apart by
--   the grade of who answers: high, low, or between (grades in between, and people without one).
-- Known limits: private; a count here is often one person.
select
    answer.wave_id,
    answer.side,
    answer.organisation_id,
    answer.item_id,
    case
        when coded_item.is_by_grade = 0 then ''
        when grade.answer >= coded_item.high_min then 'high'
        when grade.answer <= coded_item.low_max then 'low'
        else 'between'
    end as grade_class,
    answer.answer as code,
    cast(count(*) as bigint) as answer_count
from answer
inner join coded_item
    on answer.wave_id = coded_item.wave_id and answer.item_id = coded_item.item_id
left join answer as grade
    on
        answer.wave_id = grade.wave_id
        and answer.respondent_key = grade.respondent_key
        and grade.item_id = 'grade'
where answer.answer between coded_item.lowest and coded_item.highest
group by
    answer.wave_id,
    answer.side,
    answer.organisation_id,
    answer.item_id,
    case
        when coded_item.is_by_grade = 0 then ''
        when grade.answer >= coded_item.high_min then 'high'
        when grade.answer <= coded_item.low_max then 'low'
        else 'between'
    end,
    answer.answer
order by
    answer.wave_id nulls last,
    answer.side nulls last,
    answer.organisation_id nulls last,
    answer.item_id nulls last,
    grade_class nulls last,
    code nulls last
