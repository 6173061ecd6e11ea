-- Suppliers: Fortnox's register, suppliers that documents name but the register has lost, and `unknown` for documents
-- without a supplier number.
with registered as (
    select *
    from {{ ref('stg_fortnox__suppliers') }}
),

on_documents as (
    select
        company,
        supplier_number,
        supplier_name as name
    from {{ ref('stg_fortnox__supplier_invoices') }}
    where supplier_number is not null
    union all
    select
        company,
        invoice_supplier_number as supplier_number,
        invoice_supplier_name as name
    from {{ ref('stg_fortnox__supplier_invoice_payments') }}
    where invoice_supplier_number is not null
),

named as (
    select
        company,
        supplier_number,
        max(name) as name
    from on_documents
    group by company, supplier_number
),

numbers as (
    select
        company,
        supplier_number
    from registered
    union distinct
    select
        company,
        supplier_number
    from named
),

members as (
    select
        numbers.company,
        numbers.supplier_number,
        coalesce(registered.name, named.name, numbers.supplier_number) as name,
        registered.organisation_number,
        registered.vat_number,
        registered.vat_type,
        registered.city,
        registered.zip_code,
        registered.country_code,
        coalesce(registered.currency, 'SEK') as currency,
        registered.terms_of_payment,
        registered.pre_defined_account as default_account,
        registered.cost_center,
        registered.project,
        registered.our_customer_number,
        coalesce(registered.disable_payment_file, false) as is_payment_file_disabled,
        case when registered.supplier_number is null then false else coalesce(registered.active, true) end as is_active,
        registered.supplier_number is not null as is_registered
    from numbers
    left join registered
        on
            numbers.company = registered.company
            and numbers.supplier_number = registered.supplier_number
    left join named
        on
            numbers.company = named.company
            and numbers.supplier_number = named.supplier_number
)

select *
from members
union all
select
    company,
    'unknown' as supplier_number,
    'Unknown supplier' as name,
    cast(null as string) as organisation_number,
    cast(null as string) as vat_number,
    cast(null as string) as vat_type,
    cast(null as string) as city,
    cast(null as string) as zip_code,
    cast(null as string) as country_code,
    'SEK' as currency,
    cast(null as string) as terms_of_payment,
    cast(null as int64) as default_account,
    cast(null as string) as cost_center,
    cast(null as string) as project,
    cast(null as string) as our_customer_number,
    false as is_payment_file_disabled,
    false as is_active,
    false as is_registered
from {{ ref('dim_company') }}
