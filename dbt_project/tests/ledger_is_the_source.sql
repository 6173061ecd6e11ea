-- The ledger has as many rows and the same absolute sum as the source each year uses: nothing lost, nothing twice.
with sources as (
    select
        years.company,
        years.financial_year_id,
        count(*) as row_count,
        sum(abs(transactions.amount)) as absolute_sum
    from {{ ref('int_financial_years') }} as years
    inner join {{ ref('stg_fortnox__sie_vouchers__transactions') }} as transactions
        on
            years.company = transactions.company
            and years.financial_year_id = transactions.financial_year_id
    where years.ledger_source in ('sie', 'sie_file') and transactions.kind = 'TRANS'
    group by years.company, years.financial_year_id
    union all
    select
        years.company,
        years.financial_year_id,
        count(*) as row_count,
        sum(abs(coalesce(voucher_rows.debit, 0) - coalesce(voucher_rows.credit, 0))) as absolute_sum
    from {{ ref('int_financial_years') }} as years
    inner join {{ ref('stg_fortnox__vouchers__voucher_rows') }} as voucher_rows
        on
            years.company = voucher_rows.company
            and years.financial_year_id = voucher_rows.year
    where years.ledger_source = 'vouchers' and not coalesce(voucher_rows.removed, false)
    group by years.company, years.financial_year_id
),

ledger as (
    select
        company,
        financial_year_id,
        count(*) as row_count,
        sum(abs(amount)) as absolute_sum
    from {{ ref('fct_general_ledger') }}
    group by company, financial_year_id
)

select
    sources.company as source_company,
    ledger.company as ledger_company,
    sources.row_count as source_rows,
    ledger.row_count as ledger_rows
from sources
full outer join ledger
    on
        sources.company = ledger.company
        and sources.financial_year_id = ledger.financial_year_id
where
    coalesce(sources.row_count, 0) != coalesce(ledger.row_count, 0)
    or coalesce(sources.absolute_sum, 0) != coalesce(ledger.absolute_sum, 0)
