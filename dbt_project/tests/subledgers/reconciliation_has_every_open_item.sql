-- What is reconciled with the ledger is the open items, all of them, where a ledger is compared at all.
with items as (
    select
        'AR' as ledger,
        company,
        sum(open_sek) as open_sek
    from {{ ref('fct_ar_open_item') }}
    group by company
    union all
    select
        'AP' as ledger,
        company,
        sum(open_sek) as open_sek
    from {{ ref('fct_ap_open_item') }}
    group by company
),

reconciled as (
    select
        ledger,
        company,
        sum(subledger_sek) as subledger_sek
    from {{ ref('rpt_subledger_reconciliation') }}
    group by ledger, company
)

select
    reconciled.ledger,
    reconciled.company,
    reconciled.subledger_sek,
    items.open_sek
from reconciled
left join items
    on
        reconciled.ledger = items.ledger
        and reconciled.company = items.company
where reconciled.subledger_sek != coalesce(items.open_sek, 0)
