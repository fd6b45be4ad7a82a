-- Return one value per organisation and item: what its hr representatives answered.
-- Grain: one row per wave_id, organisation_id, item_id.
-- Scope: the mean of the representatives rounded half-even to a whole step, so that no fraction
--   marks an organisation with several of them; for a mention, 1 if any of them chose it.
-- Known limits: private; a value here is often one named person's answer.
with sums as (
    select
        answer.wave_id,
        answer.organisation_id,
        answer.item_id,
        measured_item.kind,
        cast(count(*) as bigint) as n,
        cast(sum(answer.answer) as bigint) as total,
        cast(max(answer.answer) as bigint) as highest_answer
    from answer
    inner join measured_item
        on answer.wave_id = measured_item.wave_id and answer.item_id = measured_item.item_id
    where
        answer.side = 'hr'
        and answer.answer between measured_item.lowest and measured_item.highest
    group by answer.wave_id, answer.organisation_id, answer.item_id, measured_item.kind
),

whole as (
    select
        wave_id,
        organisation_id,
        item_id,
        kind,
        n,
        highest_answer,
        mod(total, n) as remainder,
        cast((total - mod(total, n)) / nullif(n, 0) as bigint) as quotient
    from sums
)

select
    wave_id,
    organisation_id,
    item_id,
    cast(
        case
            when kind = 'mention' then highest_answer
            when 2 * remainder < n then quotient
            when 2 * remainder > n then quotient + 1
            else quotient + mod(quotient, 2)
        end as bigint
    ) as answer
from whole
order by wave_id nulls last, organisation_id nulls last, item_id nulls last
