-- What every voucher number has stood for: its date and amounts now, and since when they are others than they were in
-- an earlier build. A number that is gone keeps its last content, so that one that comes back as another voucher shows.
{% set before = built_before(
    ['company', 'financial_year_id', 'voucher_series', 'voucher_number', 'content', 'changed_on']
) %}
with present as (
    select
        company,
        financial_year_id,
        voucher_series,
        voucher_number,
        concat(
            coalesce(cast(min(transaction_date) as string), ''), ' ',
            cast(sum(row_count) as string), ' ',
            cast({{ money('sum(debit)') }} as string), ' ',
            cast({{ money('coalesce(sum(fingerprint), 0)') }} as string)
        ) as content
    from {{ ref('int_vouchers') }}
    where voucher_number is not null
    group by company, financial_year_id, voucher_series, voucher_number
),

remembered as (
    {% if before %}
        select
            company,
            financial_year_id,
            voucher_series,
            voucher_number,
            content,
            changed_on
        from {{ before }}
    {% else %}
        select
            company,
            financial_year_id,
            voucher_series,
            voucher_number,
            content,
            cast(null as date) as changed_on
        from present
        where 1 = 0
    {% endif %}
)

select
    coalesce(present.company, remembered.company) as company,
    coalesce(present.financial_year_id, remembered.financial_year_id) as financial_year_id,
    coalesce(present.voucher_series, remembered.voucher_series) as voucher_series,
    coalesce(present.voucher_number, remembered.voucher_number) as voucher_number,
    coalesce(present.content, remembered.content) as content,
    case
        when present.content != remembered.content then {{ build_day() }}
        else remembered.changed_on
    end as changed_on,
    present.company is not null as is_present
from present
full outer join remembered
    on
        present.company = remembered.company
        and present.financial_year_id = remembered.financial_year_id
        and present.voucher_series = remembered.voucher_series
        and present.voucher_number = remembered.voucher_number
