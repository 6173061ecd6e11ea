-- Payments from customers, one row each: how long they took, what they closed, what the exchange rate gave or took.
-- A set-off of invoices against credits is two payments booked on the control account itself: no money moves.
select
    settlements.company,
    settlements.payment_number,
    settlements.invoice_number,
    settlements.party_number as customer_number,
    settlements.payment_date,
    settlements.invoice_date,
    settlements.due_date,
    cast({{ days_between('settlements.invoice_date', 'settlements.payment_date') }} as int64) as days_to_pay,
    cast({{ days_between('settlements.due_date', 'settlements.payment_date') }} as int64) as days_after_due,
    settlements.currency,
    {{ fixed('settlements.currency_rate', 8) }} as invoice_rate,
    {{ fixed('settlements.payment_rate', 8) }} as payment_rate,
    cast(settlements.currency_unit as int64) as currency_unit,
    settlements.paid_currency as amount_currency,
    settlements.amount_sek,
    settlements.write_off_currency,
    settlements.write_off_sek,
    {{ money('case when settlements.is_booked then settlements.closed_sek else 0 end') }} as closed_sek,
    {{ money('case
        when settlements.is_booked and settlements.is_invoice_known
            then settlements.amount_sek + settlements.write_off_sek - settlements.closed_sek
        else 0
    end') }} as exchange_difference_sek,
    settlements.is_booked,
    coalesce(settlements.mode_of_payment_account between 1510 and 1519, false) as is_set_off,
    settlements.mode_of_payment,
    settlements.source,
    settlements.voucher_year,
    settlements.voucher_series,
    settlements.voucher_number
from {{ ref('int_subledger_settlements') }} as settlements
where settlements.ledger = 'AR'
