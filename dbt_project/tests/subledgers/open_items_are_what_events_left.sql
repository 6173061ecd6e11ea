-- Open items by invoice, added up again from what opened and closed them.
with both_sides as (
    select
        ledger,
        company,
        invoice_number,
        amount_sek
    from {{ ref('int_subledger_events') }}
    where event_date <= {{ as_of_date() }}
    union all
    select
        'AR' as ledger,
        company,
        invoice_number,
        -open_sek as amount_sek
    from {{ ref('fct_ar_open_item') }}
    union all
    select
        'AP' as ledger,
        company,
        invoice_number,
        -open_sek as amount_sek
    from {{ ref('fct_ap_open_item') }}
)

select
    ledger,
    company,
    invoice_number
from both_sides
group by ledger, company, invoice_number
having sum(amount_sek) != 0
