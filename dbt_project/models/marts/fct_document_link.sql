-- Which file belongs to what, and the voucher it documents: directly, or through the supplier or customer invoice it is
-- attached to. A file that documents several vouchers has a row for each. With it, where the fetched file is.
with voucher_files as (
    select
        company,
        file_id,
        'voucher' as object_type,
        concat(voucher_series, ' ', cast(voucher_number as string)) as object_number,
        voucher_year as financial_year_id,
        voucher_series,
        voucher_number
    from {{ ref('stg_fortnox__voucher_file_connections') }}
),

-- The voucher of an invoice, as the invoice itself and as Fortnox's list of vouchers say.
invoice_vouchers as (
    select
        company,
        'supplier_invoice' as object_type,
        cast(given_number as string) as object_number,
        voucher_year as financial_year_id,
        voucher_series,
        voucher_number
    from {{ ref('stg_fortnox__supplier_invoices') }}
    where voucher_number is not null
    union distinct
    select
        company,
        'supplier_invoice' as object_type,
        cast(given_number as string) as object_number,
        year as financial_year_id,
        series as voucher_series,
        number as voucher_number
    from {{ ref('stg_fortnox__supplier_invoices__vouchers') }}
    where reference_type = 'SUPPLIERINVOICE' and number is not null
    union distinct
    select
        company,
        'invoice' as object_type,
        document_number as object_number,
        voucher_year as financial_year_id,
        voucher_series,
        voucher_number
    from {{ ref('stg_fortnox__invoices') }}
    where voucher_number is not null
    union distinct
    select
        company,
        case reference_type when 'SUPPLIERINVOICE' then 'supplier_invoice' else 'invoice' end as object_type,
        reference_number as object_number,
        year as financial_year_id,
        voucher_series,
        voucher_number
    from {{ ref('stg_fortnox__vouchers') }}
    where reference_type in ('SUPPLIERINVOICE', 'INVOICE', 'CASHINVOICE') and reference_number is not null
),

object_files as (
    select
        company,
        file_id,
        'supplier_invoice' as object_type,
        supplier_invoice_number as object_number
    from {{ ref('stg_fortnox__supplier_invoice_file_connections') }}
    union all
    select
        company,
        file_id,
        case entity_type
            when 'F' then 'invoice'
            when 'O' then 'order'
            when 'OF' then 'offer'
            when 'C' then 'contract'
            else lower(entity_type)
        end as object_type,
        entity_id as object_number
    from {{ ref('stg_fortnox__attachments') }}
    union all
    select
        company,
        file_id,
        'article' as object_type,
        article_number as object_number
    from {{ ref('stg_fortnox__article_file_connections') }}
    union all
    select
        company,
        file_id,
        'asset' as object_type,
        asset_id as object_number
    from {{ ref('stg_fortnox__asset_file_connections') }}
),

links as (
    select *
    from voucher_files
    union distinct
    select
        object_files.company,
        object_files.file_id,
        object_files.object_type,
        object_files.object_number,
        invoice_vouchers.financial_year_id,
        invoice_vouchers.voucher_series,
        invoice_vouchers.voucher_number
    from object_files
    left join invoice_vouchers
        on
            object_files.company = invoice_vouchers.company
            and object_files.object_type = invoice_vouchers.object_type
            and object_files.object_number = invoice_vouchers.object_number
),

-- A file that two runs copied at once into two years has two rows; the one that was fetched counts.
files as (
    select
        company,
        file_id,
        name,
        status,
        media_type,
        size,
        sha256,
        location,
        fetched_at,
        row_number() over (
            partition by company, file_id
            order by case when status = 'stored' then 0 else 1 end, fetched_at, financial_year
        ) as preference
    from {{ ref('stg_fortnox__documents') }}
)

select
    links.company,
    links.file_id,
    links.object_type,
    links.object_number,
    links.financial_year_id,
    links.voucher_series,
    links.voucher_number,
    files.name as file_name,
    files.status as file_status,
    files.media_type,
    files.size as size_bytes,
    files.sha256,
    files.location,
    cast(files.fetched_at as {{ moment_type() }}) as fetched_at
from links
left join files
    on
        links.company = files.company
        and links.file_id = files.file_id
        and files.preference = 1
