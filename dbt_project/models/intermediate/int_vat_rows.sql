-- Ledger rows that matter to the VAT return, with the box and the period they belong to. Rows of settlement vouchers
-- are marked: they move a period's VAT to the settlement account, and would take every box back to zero.
with vat_series as (
    select
        company,
        financial_year_id,
        code
    from {{ ref('dim_voucher_series') }}
    -- Only a series that nothing but the VAT report uses says what a voucher is.
    where upper(predefined_for) like 'VAT%' and predefined_for not like '%,%' and not coalesce(is_manual, false)
),

declared as (
    select
        ledger.company,
        ledger.financial_year_id,
        ledger.voucher_series,
        ledger.voucher_number,
        ledger.row_number,
        ledger.account,
        ledger.amount,
        ledger.is_vat_settlement or vat_series.code is not null as is_settlement,
        case
            when ledger.account between 1650 and 1659 or ledger.account between 2650 and 2659 then '49'
            else vat_accounts.vat_box
        end as vat_box,
        -- A financial year is declared by what is booked in it; months and quarters go by the date alone.
        case
            when {{ vat_period_of('ledger.company') }} = 'year'
                then greatest(least(coalesce(ledger.transaction_date, years.from_date), years.to_date), years.from_date)
            else coalesce(ledger.transaction_date, years.from_date)
        end as declared_on
    from {{ ref('fct_general_ledger') }} as ledger
    inner join {{ ref('int_financial_years') }} as years
        on
            ledger.company = years.company
            and ledger.financial_year_id = years.financial_year_id
    left join {{ ref('int_vat_accounts') }} as vat_accounts
        on
            ledger.company = vat_accounts.company
            and ledger.financial_year_id = vat_accounts.financial_year_id
            and ledger.account = vat_accounts.account
    left join vat_series
        on
            ledger.company = vat_series.company
            and ledger.financial_year_id = vat_series.financial_year_id
            and ledger.voucher_series = vat_series.code
)

select
    declared.company,
    declared.financial_year_id,
    declared.voucher_series,
    declared.voucher_number,
    declared.row_number,
    declared.declared_on,
    declared.account,
    declared.vat_box,
    declared.is_settlement,
    periods.declaration_period,
    {{ money('declared.amount') }} as amount
from declared
left join {{ ref('int_vat_periods') }} as periods
    on
        declared.company = periods.company
        and (
            (
                not declared.is_settlement
                and declared.declared_on between periods.first_day and periods.last_day
            )
            or (
                declared.is_settlement
                and declared.declared_on >= periods.settled_from
                and (periods.next_settled_from is null or declared.declared_on < periods.next_settled_from)
            )
        )
-- Box 49 is worked out; what is booked on its accounts counts only as settlement, not when it is paid.
where declared.vat_box is not null and (declared.is_settlement or declared.vat_box != '49')
