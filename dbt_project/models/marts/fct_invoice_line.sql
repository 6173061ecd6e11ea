-- Customer invoices row by row, with freight, invoicing fee and rounding as rows of their own. Cancelled invoices are
-- left out; credit notes are negative as they are in Fortnox. Amounts are without VAT.
with invoices as (
    select
        *,
        coalesce(invoice_type = 'INTRESTINVOICE', false) as is_interest
    from {{ ref('stg_fortnox__invoices') }}
    where not coalesce(cancelled, false)
),

predefined as (
    select
        company,
        max(case when name = 'FREIGHT' then account end) as freight_account,
        max(case when name = 'ADMFEE' then account end) as fee_account,
        max(case when name = 'ROUNDOFF' then account end) as rounding_account
    from {{ ref('stg_fortnox__predefined_accounts') }}
    group by company
),

source_rows as (
    select
        invoices.company,
        invoices.document_number,
        'row' as line_type,
        invoice_rows.row_position,
        invoice_rows.article_number,
        invoice_rows.description,
        invoice_rows.delivered_quantity as quantity,
        invoice_rows.unit,
        invoice_rows.price,
        invoice_rows.discount,
        invoice_rows.discount_type,
        invoice_rows.total,
        invoice_rows.vat as vat_rate,
        invoice_rows.vat_code,
        invoice_rows.account_number,
        invoice_rows.cost_center,
        invoice_rows.project,
        invoice_rows.house_work,
        invoice_rows.house_work_type,
        invoice_rows.contribution_value,
        coalesce(
            invoice_rows.total_excluding_vat,
            {{ without_vat('invoice_rows.total', 'invoice_rows.vat', 'invoices.vat_included') }}
        ) as net_currency
    from invoices
    inner join {{ ref('stg_fortnox__invoices__invoice_rows') }} as invoice_rows
        on
            invoices.company = invoice_rows.company
            and invoices.document_number = invoice_rows.document_number
),

last_rows as (
    select
        company,
        document_number,
        max(row_position) as last_position
    from source_rows
    group by company, document_number
),

extras as (
    select
        company,
        document_number,
        'freight' as line_type,
        1 as place,
        freight as net_currency
    from invoices
    where freight != 0
    union all
    select
        company,
        document_number,
        'admin_fee' as line_type,
        2 as place,
        administration_fee as net_currency
    from invoices
    where administration_fee != 0
    union all
    select
        company,
        document_number,
        'roundoff' as line_type,
        3 as place,
        round_off as net_currency
    from invoices
    where round_off != 0
),

extra_rows as (
    select
        extras.company,
        extras.document_number,
        extras.line_type,
        coalesce(last_rows.last_position, 0) + extras.place as row_position,
        cast(null as string) as article_number,
        cast(null as string) as description,
        {{ exact('null') }} as quantity,
        cast(null as string) as unit,
        {{ exact('null') }} as price,
        {{ exact('null') }} as discount,
        cast(null as string) as discount_type,
        {{ exact('null') }} as total,
        {{ exact('null') }} as vat_rate,
        cast(null as string) as vat_code,
        case extras.line_type
            when 'freight' then coalesce(predefined.freight_account, 3520)
            when 'admin_fee' then coalesce(predefined.fee_account, 3540)
            else coalesce(predefined.rounding_account, 3740)
        end as account_number,
        cast(null as string) as cost_center,
        cast(null as string) as project,
        cast(null as boolean) as house_work,
        cast(null as string) as house_work_type,
        {{ exact('null') }} as contribution_value,
        extras.net_currency
    from extras
    left join last_rows
        on
            extras.company = last_rows.company
            and extras.document_number = last_rows.document_number
    left join predefined
        on extras.company = predefined.company
),

all_rows as (
    select *
    from source_rows
    union all
    select *
    from extra_rows
),

in_sek as (
    select
        all_rows.*,
        invoices.financial_year,
        invoices.invoice_type,
        invoices.is_interest,
        invoices.invoice_date,
        invoices.customer_number,
        invoices.currency,
        invoices.currency_rate,
        invoices.currency_unit,
        invoices.vat_included,
        invoices.voucher_year,
        invoices.voucher_series,
        invoices.voucher_number,
        coalesce(invoices.credit, false) as is_credit,
        coalesce(invoices.booked, false) as is_booked,
        nullif(invoices.credit_invoice_reference, '0') as credit_invoice_number,
        nullif(invoices.order_reference, '0') as order_number,
        -- A row without cost centre or project of its own has its invoice's.
        coalesce(all_rows.cost_center, invoices.cost_center, '(none)') as line_cost_center,
        coalesce(all_rows.project, invoices.project, '(none)') as line_project,
        {{ in_kronor(
            'all_rows.net_currency', 'invoices.currency', 'invoices.currency_rate', 'invoices.currency_unit'
        ) }} as exact_sek
    from all_rows
    inner join invoices
        on
            all_rows.company = invoices.company
            and all_rows.document_number = invoices.document_number
),

-- An invoice is booked as one sum for each account, cost centre and project. Rows are rounded one by one; the largest
-- row takes the öre by which they then differ from the rounded sum.
rounded as (
    select
        *,
        {{ money('exact_sek') }} as rounded_sek,
        {{ money('sum(exact_sek) over booked_together') }} - sum({{ money('exact_sek') }}) over booked_together
            as missing_sek,
        row_number() over (
            partition by company, document_number, line_type, account_number, line_cost_center, line_project
            order by abs(exact_sek) desc, row_position
        ) as size_order
    from in_sek
    window booked_together as (
        partition by company, document_number, line_type, account_number, line_cost_center, line_project
    )
)

select
    company,
    financial_year,
    document_number as invoice_number,
    cast(row_position as int64) as row_number,
    line_type,
    invoice_type,
    is_credit,
    credit_invoice_number,
    order_number,
    invoice_date,
    {{ month_of('invoice_date') }} as month,
    coalesce(customer_number, 'unknown') as customer_number,
    coalesce(article_number, '(none)') as article_number,
    description,
    {{ fixed('quantity', 4) }} as quantity,
    unit,
    {{ fixed('price', 4) }} as price,
    {{ fixed('discount', 4) }} as discount,
    discount_type,
    {{ money(without_vat(exact('price * quantity') ~ ' - total', 'vat_rate', 'vat_included')) }} as discount_amount,
    currency,
    {{ exact('currency_rate') }} as currency_rate,
    {{ exact('currency_unit') }} as currency_unit,
    {{ money('net_currency') }} as net_currency,
    {{ money('rounded_sek + case when size_order = 1 then missing_sek else 0 end') }} as net_sek,
    {{ fixed('vat_rate', 4) }} as vat_rate,
    vat_code,
    nullif(account_number, 0) as account,
    line_cost_center as cost_center,
    line_project as project,
    coalesce(house_work, false) as is_housework,
    house_work_type as housework_type,
    {{ money('contribution_value') }} as contribution,
    is_booked,
    is_interest,
    is_booked and not is_interest and line_type != 'roundoff' as is_sales,
    voucher_year as financial_year_id,
    voucher_series,
    voucher_number
from rounded
