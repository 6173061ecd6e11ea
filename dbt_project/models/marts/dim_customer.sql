-- Customers: Fortnox's register, customers that documents name but the register has lost, and `unknown` for documents
-- without a customer number.
with registered as (
    select *
    from {{ ref('stg_fortnox__customers') }}
),

on_documents as (
    {% for document in ['invoices', 'orders', 'offers', 'contracts'] %}
        select
            company,
            customer_number,
            customer_name as name
        from {{ ref('stg_fortnox__' ~ document) }}
        where customer_number is not null
        union all
    {% endfor %}
    select
        company,
        invoice_customer_number as customer_number,
        invoice_customer_name as name
    from {{ ref('stg_fortnox__invoice_payments') }}
    where invoice_customer_number is not null
),

named as (
    select
        company,
        customer_number,
        max(name) as name
    from on_documents
    group by company, customer_number
),

numbers as (
    select
        company,
        customer_number
    from registered
    union distinct
    select
        company,
        customer_number
    from named
),

members as (
    select
        numbers.company,
        numbers.customer_number,
        coalesce(registered.name, named.name, numbers.customer_number) as name,
        registered.organisation_number,
        registered.vat_number,
        registered.customer_type,
        registered.vat_type,
        registered.city,
        registered.zip_code,
        registered.country_code,
        coalesce(registered.currency, 'SEK') as currency,
        registered.terms_of_payment,
        registered.price_list,
        registered.cost_center,
        registered.project,
        registered.external_reference,
        -- A list without details does not say that a customer is out of use.
        case when registered.customer_number is null then false else coalesce(registered.active, true) end as is_active,
        registered.customer_number is not null as is_registered
    from numbers
    left join registered
        on
            numbers.company = registered.company
            and numbers.customer_number = registered.customer_number
    left join named
        on
            numbers.company = named.company
            and numbers.customer_number = named.customer_number
)

select *
from members
union all
select
    company,
    'unknown' as customer_number,
    'Unknown customer' as name,
    cast(null as string) as organisation_number,
    cast(null as string) as vat_number,
    cast(null as string) as customer_type,
    cast(null as string) as vat_type,
    cast(null as string) as city,
    cast(null as string) as zip_code,
    cast(null as string) as country_code,
    'SEK' as currency,
    cast(null as string) as terms_of_payment,
    cast(null as string) as price_list,
    cast(null as string) as cost_center,
    cast(null as string) as project,
    cast(null as string) as external_reference,
    false as is_active,
    false as is_registered
from {{ ref('dim_company') }}
