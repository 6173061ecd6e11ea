-- Where two sources of the same books disagree, and where a copy is not what was read.
with files as (
    select
        company,
        financial_year_id,
        vouchers,
        transactions,
        absolute_sum,
        sie_type,
        ledger_source
    from {{ ref('stg_fortnox__sie_files') }}
),

file_vouchers as (
    select
        company,
        financial_year_id,
        line,
        coalesce(voucher_series, '') as voucher_series,
        voucher_number
    from {{ ref('stg_fortnox__sie_vouchers') }}
),

file_rows as (
    select
        file_vouchers.company,
        file_vouchers.financial_year_id,
        file_vouchers.voucher_series,
        file_vouchers.voucher_number,
        transactions.account,
        coalesce(transactions.cost_center, '') as cost_center,
        coalesce(transactions.project, '') as project,
        transactions.amount
    from file_vouchers
    inner join {{ ref('stg_fortnox__sie_vouchers__transactions') }} as transactions
        on
            file_vouchers.company = transactions.company
            and file_vouchers.financial_year_id = transactions.financial_year_id
            and file_vouchers.line = transactions.line
    where transactions.kind = 'TRANS'
),

stored_vouchers as (
    select
        company,
        financial_year_id,
        count(*) as vouchers
    from file_vouchers
    group by company, financial_year_id
),

stored_rows as (
    select
        company,
        financial_year_id,
        count(*) as transactions,
        sum(abs(amount)) as absolute_sum
    from file_rows
    group by company, financial_year_id
),

stored as (
    select
        files.company,
        files.financial_year_id,
        coalesce(stored_vouchers.vouchers, 0) - files.vouchers as vouchers,
        coalesce(stored_rows.transactions, 0) - files.transactions as transactions,
        coalesce(stored_rows.absolute_sum, 0) - files.absolute_sum as absolute_sum
    from files
    left join stored_vouchers
        on
            files.company = stored_vouchers.company
            and files.financial_year_id = stored_vouchers.financial_year_id
    left join stored_rows
        on
            files.company = stored_rows.company
            and files.financial_year_id = stored_rows.financial_year_id
),

-- Which run stored a row is bookkeeping of the raw tables, and not part of what staging passes on.
loads as (
    {% for table in [
        'sie_files', 'sie_accounts', 'sie_dimensions', 'sie_objects', 'sie_balances', 'sie_period_balances',
        'sie_vouchers'
    ] %}
        select
            company,
            FinancialYearId as financial_year_id,
            _run_id
        from {{ source('fortnox_raw', table) }}
        where _deleted_at is null
        {% if not loop.last %}union distinct{% endif %}
    {% endfor %}
),

api_vouchers as (
    select
        company,
        year as financial_year_id,
        voucher_series,
        voucher_number
    from {{ ref('stg_fortnox__vouchers') }}
),

-- Only years that both sources have vouchers of are compared: a list that was not copied is no disagreement.
listed as (
    select distinct
        company,
        financial_year_id
    from api_vouchers
),

in_both as (
    select
        stored_vouchers.company,
        stored_vouchers.financial_year_id
    from stored_vouchers
    inner join listed
        on
            stored_vouchers.company = listed.company
            and stored_vouchers.financial_year_id = listed.financial_year_id
),

presence as (
    select
        company,
        financial_year_id,
        voucher_series,
        voucher_number,
        1 as in_file,
        0 as in_fortnox
    from file_vouchers
    where voucher_number is not null
    union distinct
    select
        company,
        financial_year_id,
        voucher_series,
        voucher_number,
        0 as in_file,
        1 as in_fortnox
    from api_vouchers
),

one_sided as (
    select
        presence.company,
        presence.financial_year_id,
        presence.voucher_series,
        presence.voucher_number,
        sum(presence.in_file) - sum(presence.in_fortnox) as difference
    from presence
    inner join in_both
        on
            presence.company = in_both.company
            and presence.financial_year_id = in_both.financial_year_id
    group by
        presence.company, presence.financial_year_id, presence.voucher_series, presence.voucher_number
),

api_rows as (
    select
        company,
        year as financial_year_id,
        voucher_series,
        voucher_number,
        account,
        coalesce(cost_center, '') as cost_center,
        coalesce(project, '') as project,
        coalesce(debit, 0) - coalesce(credit, 0) as amount
    from {{ ref('stg_fortnox__vouchers__voucher_rows') }}
    where not coalesce(removed, false)
),

vouchers_with_rows as (
    select distinct
        company,
        financial_year_id,
        voucher_series,
        voucher_number
    from api_rows
),

-- Rows are compared as sums, never one by one: the two sources number them differently.
compared as (
    select
        company,
        financial_year_id,
        voucher_series,
        voucher_number,
        account,
        cost_center,
        project,
        -amount as amount
    from api_rows
    union all
    select
        file_rows.company,
        file_rows.financial_year_id,
        file_rows.voucher_series,
        file_rows.voucher_number,
        file_rows.account,
        file_rows.cost_center,
        file_rows.project,
        file_rows.amount
    from file_rows
    inner join vouchers_with_rows
        on
            file_rows.company = vouchers_with_rows.company
            and file_rows.financial_year_id = vouchers_with_rows.financial_year_id
            and file_rows.voucher_series = vouchers_with_rows.voucher_series
            and file_rows.voucher_number = vouchers_with_rows.voucher_number
),

sums as (
    select
        compared.company,
        compared.financial_year_id,
        compared.voucher_series,
        compared.voucher_number,
        compared.account,
        compared.cost_center,
        compared.project,
        sum(compared.amount) as difference
    from compared
    inner join in_both
        on
            compared.company = in_both.company
            and compared.financial_year_id = in_both.financial_year_id
    group by
        compared.company, compared.financial_year_id, compared.voucher_series, compared.voucher_number,
        compared.account, compared.cost_center, compared.project
),

year_pairs as (
    select
        company,
        financial_year_id,
        from_date,
        to_date,
        {{ days_between('previous_to_date', 'from_date') }} - 1 as days_between_years,
        (extract(year from to_date) - extract(year from from_date)) * 12
        + extract(month from to_date) - extract(month from from_date) + 1 as months
    from {{ ref('int_financial_years') }}
),

findings as (
    select
        company,
        financial_year_id,
        'sie_file_without_vouchers' as check_name,
        concat('SIE type ', cast(sie_type as string)) as object,
        sie_type as value
    from files
    where sie_type < 4 and ledger_source != 'vouchers'
    union all
    select
        company,
        financial_year_id,
        'sie_rows_ne_file' as check_name,
        'vouchers' as object,
        vouchers as value
    from stored
    where vouchers != 0
    union all
    select
        company,
        financial_year_id,
        'sie_rows_ne_file' as check_name,
        'rows' as object,
        transactions as value
    from stored
    where transactions != 0
    union all
    select
        company,
        financial_year_id,
        'sie_rows_ne_file' as check_name,
        'absolute sum' as object,
        absolute_sum as value
    from stored
    where absolute_sum != 0
    union all
    select
        company,
        financial_year_id,
        'sie_tables_from_different_loads' as check_name,
        'sie tables' as object,
        count(*) as value
    from loads
    group by company, financial_year_id
    having count(*) > 1
    union all
    select
        company,
        financial_year_id,
        'ledger_api_ne_sie' as check_name,
        concat(
            voucher_series, ' ', cast(voucher_number as string),
            case when difference > 0 then ' not in Fortnox' else ' not in the SIE file' end
        ) as object,
        difference as value
    from one_sided
    where difference != 0
    union all
    select
        company,
        financial_year_id,
        'ledger_api_ne_sie' as check_name,
        concat(
            voucher_series, ' ', cast(voucher_number as string), ', account ', cast(account as string),
            case when cost_center = '' then '' else concat(', cost centre ', cost_center) end,
            case when project = '' then '' else concat(', project ', project) end
        ) as object,
        difference as value
    from sums
    where difference != 0
    union all
    select
        company,
        financial_year_id,
        'financial_year_overlap' as check_name,
        cast(from_date as string) as object,
        -days_between_years as value
    from year_pairs
    where days_between_years < 0
    union all
    select
        company,
        financial_year_id,
        'financial_year_gap' as check_name,
        cast(from_date as string) as object,
        days_between_years as value
    from year_pairs
    where days_between_years > 0
    union all
    select
        company,
        financial_year_id,
        'financial_year_too_long' as check_name,
        cast(to_date as string) as object,
        months as value
    from year_pairs
    where months > 18
)

select
    company,
    financial_year_id,
    check_name,
    cast(null as string) as severity,
    object,
    {{ money('value') }} as value
from findings
