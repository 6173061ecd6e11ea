-- Every financial year of every company: Fortnox's own list, and years known only from a SIE file because the company
-- has no connection. Says where the year's ledger comes from and which years follow on each other.
with fortnox_years as (
    select
        company,
        id as financial_year_id,
        accounting_method,
        from_date,
        to_date
    from {{ ref('stg_fortnox__financial_years') }}
),

sie_files as (
    select
        company,
        financial_year_id,
        ledger_source,
        content_hash,
        from_date,
        to_date
    from {{ ref('stg_fortnox__sie_files') }}
),

years as (
    select
        company,
        financial_year_id,
        accounting_method,
        from_date,
        to_date
    from fortnox_years
    union all
    select
        sie_files.company,
        sie_files.financial_year_id,
        cast(null as string) as accounting_method,
        sie_files.from_date,
        sie_files.to_date
    from sie_files
    left join fortnox_years
        on
            sie_files.company = fortnox_years.company
            and sie_files.financial_year_id = fortnox_years.financial_year_id
    where fortnox_years.financial_year_id is null
),

-- A year counts as copied when its file, its voucher list or its chart of accounts has arrived.
copied as (
    select
        company,
        financial_year_id
    from sie_files
    union distinct
    select
        company,
        year as financial_year_id
    from {{ ref('stg_fortnox__vouchers') }}
    union distinct
    select
        company,
        year as financial_year_id
    from {{ ref('stg_fortnox__accounts') }}
),

with_source as (
    select
        years.company,
        years.financial_year_id,
        years.accounting_method,
        years.from_date,
        years.to_date,
        extract(year from years.from_date) as financial_year,
        coalesce(sie_files.ledger_source, 'vouchers') as ledger_source,
        sie_files.content_hash as ledger_hash,
        copied.financial_year_id is not null as has_ledger
    from years
    left join sie_files
        on
            years.company = sie_files.company
            and years.financial_year_id = sie_files.financial_year_id
    left join copied
        on
            years.company = copied.company
            and years.financial_year_id = copied.financial_year_id
),

ordered as (
    select
        *,
        row_number() over by_date as year_number,
        lag(financial_year_id) over by_date as previous_financial_year_id,
        lead(financial_year_id) over by_date as next_financial_year_id,
        lag(to_date) over by_date as previous_to_date,
        lag(has_ledger) over by_date as previous_has_ledger
    from with_source
    window by_date as (partition by company order by from_date, financial_year_id)
),

linked as (
    select
        *,
        coalesce(
            has_ledger
            and previous_has_ledger
            and {{ add_days('previous_to_date', 1) }} = from_date,
            false
        ) as continues_previous
    from ordered
)

select
    company,
    financial_year_id,
    cast(financial_year as int64) as financial_year,
    from_date,
    to_date,
    accounting_method,
    ledger_source,
    ledger_hash,
    has_ledger,
    year_number,
    previous_financial_year_id,
    next_financial_year_id,
    previous_to_date,
    continues_previous,
    sum(case when continues_previous then 0 else 1 end) over (
        partition by company order by year_number
        rows between unbounded preceding and current row
    ) as chain_number
from linked
