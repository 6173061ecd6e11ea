-- Every invoice that is not cancelled has all its rows, freight, fee and rounding, no more and no less, and its lines
-- in kronor are its amount at its own rate, to within an öre a line.
with source_rows as (
    select
        company,
        document_number,
        count(*) as row_count,
        sum(total_excluding_vat) as net
    from {{ ref('stg_fortnox__invoices__invoice_rows') }}
    group by company, document_number
),

expected as (
    select
        invoices.company,
        invoices.document_number,
        invoices.currency,
        invoices.currency_rate,
        invoices.currency_unit,
        coalesce(source_rows.row_count, 0)
        + case when invoices.freight != 0 then 1 else 0 end
        + case when invoices.administration_fee != 0 then 1 else 0 end
        + case when invoices.round_off != 0 then 1 else 0 end as row_count,
        coalesce(source_rows.net, 0)
        + coalesce(invoices.freight, 0)
        + coalesce(invoices.administration_fee, 0)
        + coalesce(invoices.round_off, 0) as net
    from {{ ref('stg_fortnox__invoices') }} as invoices
    left join source_rows
        on
            invoices.company = source_rows.company
            and invoices.document_number = source_rows.document_number
    where not coalesce(invoices.cancelled, false)
),

lines as (
    select
        company,
        invoice_number,
        count(*) as row_count,
        sum(net_currency) as net,
        sum(net_sek) as net_sek
    from {{ ref('fct_invoice_line') }}
    group by company, invoice_number
)

select
    expected.company as expected_company,
    lines.company as line_company,
    expected.document_number,
    lines.invoice_number,
    expected.net as expected_net,
    lines.net
from expected
full outer join lines
    on
        expected.company = lines.company
        and expected.document_number = lines.invoice_number
where
    coalesce(expected.row_count, 0) != coalesce(lines.row_count, 0)
    or coalesce(expected.net, 0) != coalesce(lines.net, 0)
    or abs(
        lines.net_sek
        - {{ in_kronor('expected.net', 'expected.currency', 'expected.currency_rate', 'expected.currency_unit') }}
    ) * 100 > lines.row_count
